package dev.messplus.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.messplus.record.Json;
import java.io.IOException;

/**
 * What an invalid record is about, for the dead letter that its sender looks for.
 *
 * @param id id of the request; {@code null} if it could not be read
 * @param sla name of the SLA; {@code null} if it could not be read
 */
record RecordOrigin(String id, String sla) {

    static final RecordOrigin UNKNOWN = new RecordOrigin(null, null);

    /** Of a longer record, only this many bytes are searched. */
    private static final int MAX_BYTES = 1 << 20;

    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .streamReadConstraints(Json.CONSTRAINTS)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .build();

    /**
     * Reads leniently, up to the first place at which the value is not JSON. Texts are cut to the
     * length of an id; numbers count as texts.
     *
     * @param idField name of the field with the id
     */
    static RecordOrigin of(byte[] value, String idField) {
        if (value == null) {
            return UNKNOWN;
        }
        String id = null;
        String sla = null;
        try (JsonParser json = FACTORY.createParser(value, 0, Math.min(value.length, MAX_BYTES))) {
            boolean object = json.nextToken() == JsonToken.START_OBJECT;
            while (object && json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (id == null && name.equals(idField)) {
                    id = shortText(json);
                } else if (sla == null && name.equals("sla")) {
                    sla = shortText(json);
                }
                json.skipChildren();
            }
        } catch (IOException e) {
            // What was read until here has to do.
        }
        return new RecordOrigin(id, sla);
    }

    private static String shortText(JsonParser json) throws IOException {
        boolean text = json.currentToken() == JsonToken.VALUE_STRING;
        if (!text && !json.currentToken().isNumeric()) {
            return null;
        }
        String value = json.getText();
        return value.length() <= Fields.MAX_ID_CHARS
                ? value
                : value.substring(0, Fields.MAX_ID_CHARS);
    }
}
