package dev.messplus.serve.http;

import dev.messplus.batch.line.InvalidLineException;
import dev.messplus.serve.access.Tenant;
import io.vertx.ext.web.RoutingContext;

/** What answers the calls of a path. */
@FunctionalInterface
interface Route {

    /**
     * Answers a call, now or later.
     *
     * @throws InvalidLineException if its body is not one JSON object
     */
    void handle(RoutingContext call, Tenant tenant) throws InvalidLineException;
}
