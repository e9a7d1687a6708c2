/** What the shards of an SLA learn of each other. */
package dev.messplus.core.shard;
