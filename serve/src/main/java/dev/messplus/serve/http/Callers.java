package dev.messplus.serve.http;

import dev.messplus.batch.line.LineAnswer;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The callers that wait for a response, by the number of their request. All but {@link #answer} is
 * called on the event loop.
 */
final class Callers {

    private final Vertx vertx;
    private final Context loop;
    private final Map<Long, Caller> callers = new HashMap<>();
    private volatile int waiting;
    private long last;

    private record Caller(Handler<LineAnswer> answer, long timer) {}

    /** Callers on the event loop of this context. */
    Callers(Vertx vertx, Context loop) {
        this.vertx = vertx;
        this.loop = loop;
    }

    /**
     * Has a caller wait.
     *
     * @param answer receives the response
     * @param timeout runs instead if it has not come in time
     * @return number of its request
     */
    long await(long timeoutMillis, Handler<LineAnswer> answer, Runnable timeout) {
        long number = ++last;
        long timer =
                vertx.setTimer(
                        timeoutMillis,
                        fired -> {
                            if (leave(number)) {
                                timeout.run();
                            }
                        });
        callers.put(number, new Caller(answer, timer));
        waiting = callers.size();
        return number;
    }

    /** Ends the wait of a caller; {@code false} if it does not wait any more. */
    boolean leave(long number) {
        Caller caller = callers.remove(number);
        waiting = callers.size();
        if (caller == null) {
            return false;
        }
        boolean unused = vertx.cancelTimer(caller.timer());
        return true;
    }

    /** Gives a response to its caller, if it still waits; from any thread. */
    void answer(LineAnswer answer) {
        onLoop(
                () -> {
                    Caller caller = callers.get(answer.id().line());
                    if (caller != null && leave(answer.id().line())) {
                        caller.answer().handle(answer);
                    }
                });
    }

    /** Goes on with a call on the event loop once something is done; answers it if that fails. */
    <T> void then(RoutingContext call, CompletableFuture<T> done, Consumer<T> next) {
        var unused =
                done.whenComplete(
                        (value, problem) ->
                                onLoop(
                                        () -> {
                                            if (problem == null) {
                                                next.accept(value);
                                            } else {
                                                Replies.error(call, ApiErrors.noKafka(problem));
                                            }
                                            // It may be paused until now.
                                            call.request().resume();
                                        }));
    }

    /** Runs something on the event loop; from any thread. */
    void onLoop(Runnable task) {
        loop.runOnContext(now -> task.run());
    }

    /** How many callers wait; from any thread. */
    int waiting() {
        return waiting;
    }
}
