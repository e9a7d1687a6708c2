package dev.messplus.batch.chat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Response;

/**
 * Why a request has no answer, as OpenAI's API says it.
 *
 * @param status of HTTP
 * @param type such as {@code invalid_request_error}
 * @param message names the field, its value and the fix, if the request is wrong
 * @param param the field; {@code null} if it is not about one
 * @param code for programs; {@code null} for none
 */
public record ApiError(int status, String type, String message, String param, String code) {

    private static final int BAD_REQUEST = 400;
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;

    /**
     * A request is wrong.
     *
     * @param error begins with the field of the body
     */
    public static ApiError invalid(String error) {
        return new ApiError(
                BAD_REQUEST, "invalid_request_error", error, ChatBody.param(error), null);
    }

    /** What became of a request that was not answered. */
    public static ApiError of(Response response) {
        return switch (response.status()) {
            case Response.REFUSED -> invalid(ChatBody.error(response.error()));
            case Response.EXPIRED ->
                    new ApiError(
                            GATEWAY_TIMEOUT, "timeout", response.error(), null, "request_expired");
            default ->
                    new ApiError(BAD_GATEWAY, "server_error", response.error(), null, "no_answer");
        };
    }

    /** The body of the answer: an object {@code error}. */
    public ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return body;
    }
}
