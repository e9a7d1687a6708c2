package dev.messplus.infer.call;

import dev.messplus.infer.openai.ChatClient;
import java.util.concurrent.ExecutorService;

/**
 * One of the servers of a model.
 *
 * @param client sends the attempts
 * @param executor runs what builds and sends them: a thread waits while a host name is resolved
 */
public record CalledServer(ChatClient client, ExecutorService executor) {}
