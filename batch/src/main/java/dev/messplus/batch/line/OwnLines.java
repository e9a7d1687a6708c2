package dev.messplus.batch.line;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Json;

/**
 * Lines that are prompts, or requests as the requests topic has them. A line of the results is the
 * response, as the responses topic has it, behind the number of the line and the id that it has.
 */
final class OwnLines implements LineFormat {

    private static final String LINE = "{\"line\":";

    private final boolean prompts;

    private OwnLines(boolean prompts) {
        this.prompts = prompts;
    }

    /** Each line is a prompt. */
    static OwnLines prompts() {
        return new OwnLines(true);
    }

    /** Each line is a request. */
    static OwnLines requests() {
        return new OwnLines(false);
    }

    @Override
    public LineRequest read(byte[] line, String sla) throws InvalidLineException {
        if (prompts) {
            return new LineRequest(
                    null,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("sla", sla)
                            .put("prompt", StrictJson.text(line)));
        }
        ObjectNode request = StrictJson.object(line);
        String id = CustomIds.of("id", request.remove("id"));
        if (!request.hasNonNull("sla")) {
            request.put("sla", sla);
        }
        return new LineRequest(id, request);
    }

    @Override
    public String inWordsOfALine(String error) {
        return error;
    }

    @Override
    public String result(LineAnswer answer) {
        return head(answer.id()) + "," + answer.json().strip().substring(1);
    }

    @Override
    public String error(RequestId id, String code, String error) {
        return "%s,\"status\":\"%s\",\"error\":%s}"
                .formatted(head(id), code.equals(INVALID) ? "invalid" : code, Json.text(error));
    }

    private static String head(RequestId id) {
        String customId = id.customId() == null ? "" : ",\"custom_id\":" + Json.text(id.customId());
        return LINE + id.line() + customId;
    }

    @Override
    public long lineOf(String result) {
        int end = LINE.length();
        while (Character.isDigit(result.charAt(end))) {
            end++;
        }
        return Long.parseLong(result, LINE.length(), end, 10);
    }
}
