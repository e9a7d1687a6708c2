package dev.messplus.cli;

import dev.messplus.cli.kafka.RecordSender;
import dev.messplus.cli.records.RequestLine;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Prints the ids of requests in the order in which they were sent, once the broker has them. */
final class SentRequests {

    /** Requests whose ids and prompts are shown. */
    private static final int SHOWN = 20;

    private static final int PROMPT_CHARS = 60;

    private final PrintWriter out;
    private final boolean idsOnly;
    private final Deque<Sent> waiting = new ArrayDeque<>();
    private long count;

    SentRequests(PrintWriter out, boolean idsOnly) {
        this.out = out;
        this.idsOnly = idsOnly;
    }

    private record Sent(RequestLine request, Future<RecordMetadata> written) {}

    void add(RequestLine request, Future<RecordMetadata> written) {
        waiting.add(new Sent(request, written));
        while (!waiting.isEmpty() && waiting.peek().written().isDone()) {
            print(waiting.remove());
        }
    }

    /**
     * Waits until the broker has all of them.
     *
     * @return how many it has
     */
    long awaitAll() {
        while (!waiting.isEmpty()) {
            print(waiting.remove());
        }
        if (count > SHOWN && !idsOnly) {
            out.printf("  … and %d more; --ids prints all ids%n", count - SHOWN);
        }
        return count;
    }

    private void print(Sent sent) {
        RequestLine request = sent.request();
        RecordMetadata written = RecordSender.await(sent.written(), "line " + request.number());
        count++;
        if (idsOnly) {
            out.println(request.id(written));
        } else if (count <= SHOWN) {
            out.printf("  %-20s  %s%n", request.id(written), shown(request.prompt()));
        }
    }

    private static String shown(String prompt) {
        String line = prompt.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= PROMPT_CHARS ? line : line.substring(0, PROMPT_CHARS) + "…";
    }
}
