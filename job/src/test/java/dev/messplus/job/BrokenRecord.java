package dev.messplus.job;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A record that is broken in one way.
 *
 * @param feedback whether it belongs on the feedback topic rather than the requests topic
 * @param value the record
 * @param reason reason of its dead letter
 * @param detail part of the detail of its dead letter: the field, and the value or the fix
 */
record BrokenRecord(boolean feedback, byte[] value, String reason, String detail) {

    /** One record for each way to be broken. Prompts may have up to 1,000 characters. */
    static final List<BrokenRecord> ALL =
            List.of(
                    request("{\"prompt\":", "invalid_json", "value"),
                    request("not json at all", "invalid_json", "value"),
                    request("{\"sla\":\"gold\"}", "missing_field", "prompt"),
                    request("{\"prompt\":\"p\"}", "missing_field", "sla"),
                    request(
                            "{\"sla\":\"tin\",\"prompt\":\"p\"}",
                            "unknown_sla",
                            "sla: unknown 'tin'"),
                    request(
                            "{\"sla\":\"gold\",\"prompt\":\"" + "x".repeat(1001) + "\"}",
                            "prompt_too_long",
                            "at most 1000"),
                    request(
                            "{\"sla\":\"gold\",\"prompt\":\"p\",\"metric\":\"vibes\"}",
                            "invalid_value",
                            "metric: unknown 'vibes'"),
                    request(
                            "{\"sla\":\"gold\",\"sla\":\"gold\",\"prompt\":\"p\"}",
                            "invalid_value",
                            "sla: occurs more than once"),
                    request(
                            "{\"sla\":\"gold\",\"prompt\":\"p\",\"params\":{\"max_token\":5}}",
                            "invalid_value",
                            "params.max_token: is unknown; did you mean max_tokens?"),
                    request(
                            "{\"sla\":\"gold\",\"messages\":[{\"role\":\"user\",\"content\":"
                                    + "[{\"type\":\"image_url\",\"image_url\":{}}]}]}",
                            "invalid_value",
                            "has the type 'image_url'"),
                    feedback("{\"request_id\":", "invalid_json", "value"),
                    feedback(label("gold", "small", "1.5"), "score_out_of_range", "score"),
                    feedback(
                            label("gold", "small", "NaN"),
                            "invalid_value",
                            "finite number, was NaN"),
                    feedback(
                            label("gold", "small", "1,\"served\":true"),
                            "invalid_value",
                            "served: must not be set"),
                    feedback(label("gold", "huge", "1"), "unknown_model", "model: unknown 'huge'"),
                    feedback(label("tin", "small", "1"), "unknown_sla", "sla: unknown 'tin'"));

    /** The broken record with this value. */
    static BrokenRecord of(byte[] value) {
        return ALL.stream()
                .filter(broken -> Arrays.equals(broken.value, value))
                .findFirst()
                .orElseThrow();
    }

    private static BrokenRecord request(String json, String reason, String detail) {
        return new BrokenRecord(false, json.getBytes(StandardCharsets.UTF_8), reason, detail);
    }

    private static BrokenRecord feedback(String json, String reason, String detail) {
        return new BrokenRecord(true, json.getBytes(StandardCharsets.UTF_8), reason, detail);
    }

    private static String label(String sla, String model, String score) {
        return "{\"request_id\":\"r1\",\"sla\":\"%s\",\"model\":\"%s\",\"score\":%s}"
                .formatted(sla, model, score);
    }
}
