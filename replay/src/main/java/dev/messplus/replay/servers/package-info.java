/**
 * Replays recorded outcomes on simulated model servers, which a YAML file describes: {@link
 * dev.messplus.replay.servers.ServersFile} reads it, {@link
 * dev.messplus.replay.servers.ServersReplay} runs MESS+ and the best static mixes of that world,
 * and returns a {@link dev.messplus.replay.servers.ServersReport}.
 */
package dev.messplus.replay.servers;
