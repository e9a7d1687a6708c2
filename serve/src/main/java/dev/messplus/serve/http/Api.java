package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.messplus.batch.chat.ApiError;
import dev.messplus.batch.line.InvalidLineException;
import dev.messplus.batch.line.LineAnswer;
import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.metrics.DoorMetrics;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The routes of the API. */
public final class Api implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private static final String NOBODY = "none";
    private static final String TENANT = "tenant";
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "::1", "[::1]");
    private static final int SERVER_ERROR = 500;

    /** Files that are downloaded at a time, of which each has a thread; others wait. */
    private static final int DOWNLOADS = 16;

    /** Batches that are ordered at a time, and wait for the ends of the topics. */
    private static final int ORDERS = 4;

    private final Backend backend;
    private final Callers callers;
    private final DoorMetrics metrics;
    private final Supplier<Duration> silence;
    private final Router router;

    private final ExecutorService downloads = threads(DOWNLOADS, "door-download");

    private final ExecutorService orders = threads(ORDERS, "door-order");

    /**
     * The routes.
     *
     * @param loop the event loop on which they run
     * @param silence how long the responses topic has not been read
     */
    public Api(
            Vertx vertx,
            Context loop,
            Backend backend,
            DoorMetrics metrics,
            Supplier<Duration> silence) {
        this.backend = backend;
        this.metrics = metrics;
        this.silence = silence;
        callers = new Callers(vertx, loop);
        metrics.watchCallers(callers::waiting);
        router = Router.router(vertx);
        route();
    }

    private static ExecutorService threads(int count, String name) {
        return Executors.newFixedThreadPool(
                count,
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public void close() {
        downloads.shutdownNow();
        orders.shutdownNow();
    }

    /** Answers calls. */
    public Handler<HttpServerRequest> handler() {
        return router;
    }

    /** Gives a response to its caller; from any thread. */
    public void answer(LineAnswer answer) {
        callers.answer(answer);
    }

    private void route() {
        router.get("/healthz").handler(this::health);
        // As model servers call it.
        router.get("/health").handler(this::health);
        router.get("/metrics").handler(this::metrics);
        // Before the body: nobody reads those of strangers.
        router.route("/v1/*").handler(this::authenticate);
        UploadRoute upload = new UploadRoute(backend.store(), backend.chunks(), callers);
        // The same for files, which are not held in memory.
        router.post("/v1/files").handler(limited("files", fresh(upload)));
        router.route("/v1/*")
                .handler(BodyHandler.create(false).setBodyLimit(backend.limits().bodyBytes()));
        ChatRoute chat = new ChatRoute(backend, callers, metrics);
        ModelsRoute models = new ModelsRoute();
        FeedbackRoute feedback = new FeedbackRoute(backend, callers);
        router.post("/v1/chat/completions").handler(limited("chat", chat));
        router.post("/v1/feedback").handler(limited("feedback", feedback));
        router.get("/v1/models").handler(keyed("models", models::list));
        router.get("/v1/models/:model").handler(keyed("models", models::get));
        routeFiles();
        routeBatches();
        router.errorHandler(
                404, call -> Replies.error(call, ApiErrors.unknownPath(call.request().path())));
        router.errorHandler(
                405, call -> Replies.error(call, ApiErrors.wrongMethod(call.request().path())));
        router.errorHandler(413, call -> Replies.error(call, ApiErrors.TOO_LARGE));
        router.errorHandler(SERVER_ERROR, this::failed);
    }

    private void routeFiles() {
        FilesRoute files = new FilesRoute(backend.store(), backend.chunks(), callers, downloads);
        router.get("/v1/files").handler(keyed("files", fresh(files::list)));
        router.get("/v1/files/:file").handler(keyed("files", fresh(files::get)));
        router.delete("/v1/files/:file").handler(keyed("files", fresh(files::delete)));
        router.get("/v1/files/:file/content").handler(keyed("files", fresh(files::content)));
    }

    private void routeBatches() {
        BatchesRoute batches = new BatchesRoute(backend.store(), backend.topics(), callers, orders);
        router.post("/v1/batches").handler(limited("batches", fresh(batches::create)));
        router.get("/v1/batches").handler(keyed("batches", fresh(batches::list)));
        router.get("/v1/batches/:batch").handler(keyed("batches", fresh(batches::get)));
        router.post("/v1/batches/:batch/cancel").handler(keyed("batches", fresh(batches::cancel)));
    }

    /** A route that knows what any door had stored before the call. */
    private Route fresh(Route route) {
        return (call, tenant) -> {
            // Its body is read once somebody takes it.
            call.request().pause();
            callers.then(call, backend.store().refresh(), done -> handle(route, call, tenant));
        };
    }

    private static void handle(Route route, RoutingContext call, Tenant tenant) {
        try {
            route.handle(call, tenant);
        } catch (InvalidLineException e) {
            Replies.error(call, ApiError.invalid("body: " + e.getMessage()));
        } catch (RuntimeException e) {
            call.fail(e);
        }
    }

    private void failed(RoutingContext call) {
        LOG.error("A call of {} failed", call.request().path(), call.failure());
        Replies.error(call, ApiErrors.INTERNAL);
    }

    /** A route whose calls count for the limits of the tenant. */
    private Handler<RoutingContext> limited(String name, Route route) {
        return keyed(
                name,
                (call, tenant) -> {
                    if (tenant.tryAcquire()) {
                        route.handle(call, tenant);
                    } else {
                        call.response().putHeader("retry-after", "1");
                        Replies.error(call, ApiErrors.TOO_MANY);
                    }
                });
    }

    private void authenticate(RoutingContext call) {
        HttpServerRequest request = call.request();
        Optional<Tenant> tenant = backend.keys().tenant(request.getHeader("authorization"));
        if (tenant.isEmpty()) {
            metrics.answered(NOBODY, NOBODY, ApiErrors.NO_KEY.status());
            Replies.error(call, ApiErrors.NO_KEY);
        } else if (backend.keys().areNone() && isOfABrowser(request)) {
            Replies.error(call, ApiErrors.FORBIDDEN);
        } else {
            call.put(TENANT, tenant.get());
            call.next();
        }
    }

    /** Pages of anywhere can send requests to this machine by the browser of its user. */
    private static boolean isOfABrowser(HttpServerRequest request) {
        return request.getHeader("origin") != null
                || request.authority() == null
                || !LOCAL.contains(request.authority().host());
    }

    /** A route of the tenant who calls. */
    private Handler<RoutingContext> keyed(String name, Route route) {
        return call -> {
            Tenant tenant = call.get(TENANT);
            var unused =
                    call.addEndHandler(
                            ended -> {
                                if (ended.succeeded()) {
                                    metrics.answered(
                                            name, tenant.name(), call.response().getStatusCode());
                                }
                            });
            handle(route, call, tenant);
        };
    }

    private void health(RoutingContext call) {
        Duration age = silence.get();
        boolean healthy = age.compareTo(backend.limits().silence()) < 0;
        Replies.json(
                call,
                healthy ? 200 : 503,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status", healthy ? "ok" : "the responses topic cannot be read")
                        .put("responses_read_seconds_ago", age.toSeconds()));
    }

    private void metrics(RoutingContext call) {
        Replies.send(call, 200, DoorMetrics.contentType(), Buffer.buffer(metrics.page()));
    }
}
