package dev.messplus.serve.http;

import dev.messplus.batch.chat.ApiError;

/** What a door answers in place of a response, as OpenAI's API does. */
final class ApiErrors {

    private static final String INVALID = "invalid_request_error";

    static final ApiError NO_KEY =
            new ApiError(
                    401,
                    INVALID,
                    "the key is missing or unknown; send it as Authorization: Bearer KEY",
                    null,
                    "invalid_api_key");

    static final ApiError TOO_MANY =
            new ApiError(
                    429,
                    "requests",
                    "too many requests for this key; try again later",
                    null,
                    "rate_limit_exceeded");

    static final ApiError TOO_MANY_WAIT =
            new ApiError(
                    503,
                    "server_error",
                    "too many callers wait for an answer; try again later",
                    null,
                    "overloaded");

    static final ApiError FORBIDDEN =
            new ApiError(
                    403,
                    INVALID,
                    "a door without keys answers programs on its own machine; start it with --keys for browsers and others",
                    null,
                    null);

    static final ApiError TOO_LARGE =
            new ApiError(413, INVALID, "the body is too large", null, "request_too_large");

    static final ApiError NO_FORM =
            new ApiError(
                    400,
                    INVALID,
                    "the body must be multipart/form-data, with purpose, and file as a part with a filename",
                    null,
                    null);

    static final ApiError TOO_MANY_DOWNLOADS =
            new ApiError(
                    429,
                    "requests",
                    "too many downloads of this key at a time; try again later",
                    null,
                    "rate_limit_exceeded");

    static final ApiError TOO_MANY_UPLOADS =
            new ApiError(
                    503,
                    "server_error",
                    "too many files are uploaded at a time; try again later",
                    null,
                    "overloaded");

    static final ApiError FILE_IN_USE =
            new ApiError(
                    409,
                    INVALID,
                    "a batch that is not at its end needs the file; cancel it first",
                    null,
                    "file_in_use");

    static final ApiError INTERNAL =
            new ApiError(500, "server_error", "the door failed; its log says why", null, null);

    private ApiErrors() {}

    static ApiError unknownModel(String model) {
        return new ApiError(
                404,
                INVALID,
                "model: there is no SLA %s that this key may use; GET /v1/models lists them"
                        .formatted(model),
                "model",
                "model_not_found");
    }

    static ApiError unknownPath(String path) {
        return new ApiError(
                404,
                INVALID,
                "there is no " + path + "; docs/serving.md lists the paths",
                null,
                null);
    }

    static ApiError wrongMethod(String path) {
        return new ApiError(405, INVALID, "another method is needed for " + path, null, null);
    }

    static ApiError timeout(long millis) {
        return new ApiError(
                504,
                "timeout",
                "no answer within %d ms".formatted(millis),
                null,
                "request_timeout");
    }

    static ApiError unknownFile(String id) {
        return new ApiError(
                404, INVALID, "there is no file " + id + " of this key", null, "not_found");
    }

    static ApiError unknownBatch(String id) {
        return new ApiError(
                404, INVALID, "there is no batch " + id + " of this key", null, "not_found");
    }

    static ApiError batchEnded(String status) {
        return new ApiError(
                409,
                INVALID,
                "a batch that is %s cannot be cancelled".formatted(status),
                null,
                "batch_ended");
    }

    static ApiError tooManyBatches(int most) {
        return new ApiError(
                429,
                "requests",
                "this key may have %d batches that are not at their end (openBatches); wait for one, or cancel one"
                        .formatted(most),
                null,
                "batch_limit_exceeded");
    }

    static ApiError fileTooLarge(long mostBytes) {
        return new ApiError(
                413,
                INVALID,
                "file: must have at most %d bytes (fileBytes)".formatted(mostBytes),
                "file",
                "file_too_large");
    }

    static ApiError tooMuchStored(long mostBytes) {
        return new ApiError(
                429,
                "requests",
                "this key may have %d bytes stored (storedBytes); delete files"
                        .formatted(mostBytes),
                null,
                "storage_limit_exceeded");
    }

    static ApiError unconfirmed(Throwable problem) {
        return new ApiError(
                503,
                "server_error",
                "Kafka did not confirm the batch, which may exist; GET /v1/batches lists it if it does: "
                        + problem.getMessage(),
                null,
                "batch_unconfirmed");
    }

    static ApiError noKafka(Throwable problem) {
        return new ApiError(
                503,
                "server_error",
                "Kafka did not take the request: " + problem.getMessage(),
                null,
                "kafka_unavailable");
    }
}
