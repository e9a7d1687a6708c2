package dev.messplus.infer.call;

import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.openai.AttemptException;
import dev.messplus.infer.openai.Completion;
import dev.messplus.record.PromptRequest;
import dev.messplus.trace.RequestSpan;
import dev.messplus.trace.SpanAttribute;
import dev.messplus.trace.Tracing;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The spans of the calls to one model. A span is that of a call over all its attempts, as the
 * semantic conventions for generative AI have it.
 */
public final class CallSpans {

    /** Types of failures for which no server is to blame. */
    static final String TIMEOUT = "timeout";

    static final String CANCELED = "canceled";

    /** The type of a failure: the circuit breaker did not permit another attempt. */
    static final String NOT_PERMITTED = "circuit_open";

    private static final String OPERATION = "chat";

    /** The API that is spoken; nobody knows who runs the server. */
    private static final String PROVIDER = "openai";

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    private final Tracing tracing;
    private final ModelEndpoint endpoint;
    private final String name;

    public CallSpans(Tracing tracing, ModelEndpoint endpoint) {
        this.tracing = tracing;
        this.endpoint = endpoint;
        this.name = OPERATION + " " + endpoint.model();
    }

    /**
     * Begins the span of a call.
     *
     * @param url of the server of the first attempt
     */
    RequestSpan begin(PromptRequest request, URI url) {
        RequestSpan span = tracing.client(name, request.headers());
        if (!span.isRecording()) {
            return span;
        }
        if (request.maxTokens() > 0) {
            span.set(SpanAttribute.GEN_AI_MAX_TOKENS, request.maxTokens());
        }
        return span.set(SpanAttribute.REQUEST_ID, request.id())
                .set(SpanAttribute.SLA, request.sla())
                .set(SpanAttribute.MODEL, endpoint.id())
                .set(SpanAttribute.GEN_AI_OPERATION, OPERATION)
                .set(SpanAttribute.GEN_AI_PROVIDER, PROVIDER)
                .set(SpanAttribute.GEN_AI_REQUEST_MODEL, endpoint.model())
                .set(SpanAttribute.SERVER_ADDRESS, url.getHost())
                .set(SpanAttribute.SERVER_PORT, port(url));
    }

    private static int port(URI url) {
        if (url.getPort() > 0) {
            return url.getPort();
        }
        return "https".equalsIgnoreCase(url.getScheme()) ? HTTPS_PORT : HTTP_PORT;
    }

    /** An attempt failed. */
    static void attemptFailed(RequestSpan span, Throwable failure) {
        span.event("attempt failed", SpanAttribute.ERROR_TYPE, errorType(failure));
    }

    /** A call was answered; its span ends with {@link #end}, once its energy is known. */
    static void answered(RequestSpan span, Answer answer) {
        describeAttempts(span, answer);
        span.stop();
    }

    /** A call brought no answer, which ends its span. */
    static void failed(RequestSpan span, Answer answer, String errorType) {
        describeAttempts(span, answer);
        span.fail(errorType).end();
    }

    private static void describeAttempts(RequestSpan span, Answer answer) {
        if (!span.isRecording()) {
            return;
        }
        span.set(SpanAttribute.ATTEMPTS, answer.attempts());
        double failedJoules = answer.charge().now().failedJoules();
        if (failedJoules > 0) {
            span.set(SpanAttribute.ENERGY_FAILED_JOULES, failedJoules);
        }
    }

    /** Ends the span of an answer, with what its response states. */
    public static void end(Answer answer, boolean served) {
        RequestSpan span = answer.span();
        if (answer.ok() && span.isRecording()) {
            describe(span, answer);
            span.set(SpanAttribute.SERVED, served).end();
        }
    }

    private static void describe(RequestSpan span, Answer answer) {
        Completion completion = answer.completion();
        Usage usage = completion.usage();
        String finishReason = completion.output().finishReason();
        if (finishReason != null) {
            span.set(SpanAttribute.GEN_AI_FINISH_REASONS, List.of(finishReason));
        }
        EnergyReading energy = answer.energy().answered();
        if (energy.known()) {
            span.set(SpanAttribute.ENERGY_JOULES, energy.joules())
                    .set(SpanAttribute.ENERGY_UNCERTAINTY_JOULES, energy.uncertaintyJoules())
                    .set(SpanAttribute.ENERGY_SOURCE, energy.source());
        }
        if (answer.energy().provisional()) {
            span.set(SpanAttribute.ENERGY_PROVISIONAL, true);
        }
        span.set(SpanAttribute.GEN_AI_RESPONSE_MODEL, completion.model())
                .set(SpanAttribute.GEN_AI_RESPONSE_ID, completion.id())
                .set(SpanAttribute.GEN_AI_INPUT_TOKENS, usage.promptTokens())
                .set(SpanAttribute.GEN_AI_CACHED_TOKENS, usage.cachedTokens())
                .set(SpanAttribute.GEN_AI_OUTPUT_TOKENS, usage.completionTokens())
                .set(SpanAttribute.SCORE, answer.score());
    }

    /** What failed, as one of few words. */
    static String errorType(Throwable failure) {
        if (failure instanceof CancellationException) {
            return CANCELED;
        }
        return failure instanceof AttemptException e ? e.errorType() : failure.getClass().getName();
    }
}
