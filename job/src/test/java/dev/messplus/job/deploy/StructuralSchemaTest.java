package dev.messplus.job.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;

class StructuralSchemaTest {

    @Test
    void anObjectHasNoOtherFieldsUnlessItKeepsThem() throws Exception {
        ObjectNode schema =
                schema(
                        """
                        type: object
                        properties:
                          properties: { type: object, properties: { type: { type: string } } }
                          empty: { type: object }
                          map: { type: object, additionalProperties: { type: object } }
                          list: { type: array, items: { type: object } }
                          open: { type: object, x-kubernetes-preserve-unknown-fields: true }
                          any: { x-kubernetes-preserve-unknown-fields: true }
                        """);
        StructuralSchema.makeStrict(schema);

        assertThat(schema)
                .isEqualTo(
                        schema(
                                """
                                type: object
                                additionalProperties: false
                                properties:
                                  properties:
                                    type: object
                                    additionalProperties: false
                                    properties: { type: { type: string } }
                                  empty: { type: object, additionalProperties: false }
                                  map:
                                    type: object
                                    additionalProperties:
                                      { type: object, additionalProperties: false }
                                  list:
                                    type: array
                                    items: { type: object, additionalProperties: false }
                                  open: { type: object }
                                  any: {}
                                """));
    }

    @Test
    void anIntOrStringIsOneOfThem() throws Exception {
        ObjectNode schema =
                schema(
                        """
                        x-kubernetes-int-or-string: true
                        anyOf: [{ type: integer }, { type: string }]
                        """);
        StructuralSchema.makeStrict(schema);

        assertThat(schema).isEqualTo(schema("type: [integer, string]"));
    }

    @Test
    void aKeywordThatIsUnknownIsNotPassedOver() throws Exception {
        ObjectNode schema = schema("properties: { port: { type: integer, nullable: true } }");

        assertThatThrownBy(() -> StructuralSchema.makeStrict(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nullable");
    }

    private static ObjectNode schema(String yaml) throws Exception {
        return (ObjectNode) new YAMLMapper().readTree(yaml);
    }
}
