package dev.messplus.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.acme.AvroRequests;
import com.acme.AvroResponses;
import com.acme.WordFeedback;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.RecordsSection;
import dev.messplus.job.config.RecordsSectionBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFormatsTest {

    private static final String HERE = RecordFormatsTest.class.getName() + "$";

    /** Makes numbers. */
    public static final class Numbers extends AbstractDeserializationSchema<Integer> {
        @Override
        public Integer deserialize(byte[] value) {
            return value.length;
        }
    }

    /** Takes numbers. */
    public static final class OfNumbers implements SerializationSchema<Integer> {
        @Override
        public byte[] serialize(Integer value) {
            return new byte[value];
        }
    }

    /** Takes anything. */
    public static final class OfObjects implements SerializationSchema<Object> {
        @Override
        public byte[] serialize(Object value) {
            return value.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    static class Hidden extends SimpleStringSchema {}

    /** Needs an argument. */
    public static final class Choosy extends SimpleStringSchema {
        public Choosy(String ignored) {}
    }

    /** Cannot be created. */
    public static final class Broken extends SimpleStringSchema {
        public Broken() throws IOException {
            throw new IOException("no registry");
        }
    }

    /** Cannot be loaded. */
    public static final class Unloadable extends SimpleStringSchema {
        static final Object NEEDED = missing();

        private static Object missing() {
            throw new NoClassDefFoundError("org/missing/Library");
        }
    }

    /** Cannot travel. */
    public static final class Rooted extends SimpleStringSchema {
        final transient Object noProblem = new Object();
        final Thread problem = new Thread();
    }

    @Test
    void withoutClassesRecordsAreJson() {
        assertThat(load(RecordsSectionBuilder.builder().build()))
                .isEqualTo(new RecordFormats(null, null, null));
    }

    @Test
    void classesOfUsersReadAndWriteRecords() {
        RecordFormats formats =
                load(
                        RecordsSectionBuilder.builder()
                                .requests(AvroRequests.class.getName())
                                .responses(AvroResponses.class.getName())
                                .feedback(WordFeedback.class.getName())
                                .build());

        assertThat(formats.requests()).isInstanceOf(AvroRequests.class);
        assertThat(formats.responses()).isInstanceOf(AvroResponses.class);
        assertThat(formats.feedback()).isInstanceOf(WordFeedback.class);
    }

    @Test
    void whatTakesMoreThanStringsTakesStrings() {
        RecordsSection classes =
                RecordsSectionBuilder.builder().responses(HERE + "OfObjects").build();

        assertThat(load(classes).responses()).isInstanceOf(OfObjects.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "com.acme.Missing | there is no class com.acme.Missing; submit its jar with mess submit --jar, or put it into Flink's folder lib",
                "java.lang.String | must implement org.apache.flink.api.common.serialization.DeserializationSchema, was java.lang.String",
                "HERE$OfObjects | must implement org.apache.flink.api.common.serialization.DeserializationSchema, was HERE$OfObjects",
                "HERE$Numbers | must make strings, which are JSON, but HERE$Numbers makes Integer",
                "HERE$Hidden | must be a public class with a public constructor without arguments, was HERE$Hidden",
                "HERE$Choosy | must be a public class with a public constructor without arguments, was HERE$Choosy",
                "HERE$Broken | the constructor of HERE$Broken failed: java.io.IOException: no registry",
                "HERE$Unloadable | the class HERE$Unloadable cannot be used: java.lang.NoClassDefFoundError: org/missing/Library; its jar must contain what it needs, except for Flink",
                "HERE$Rooted | must be serializable, but HERE$Rooted is not: java.io.NotSerializableException: java.lang.Thread; make such fields transient, and set them in open()",
            })
    void aClassThatCannotReadRequestsIsAnErrorOfItsSetting(String name, String problem) {
        RecordsSection classes =
                RecordsSectionBuilder.builder().requests(name.replace("HERE$", HERE)).build();

        assertThat(errors(classes).errors())
                .containsExactly("kafka.records.requests: " + problem.replace("HERE$", HERE));
    }

    @Test
    void allErrorsAreReportedTogether() {
        RecordsSection classes =
                RecordsSectionBuilder.builder()
                        .requests("a.Missing")
                        .responses(HERE + "OfNumbers")
                        .feedback("b.Missing")
                        .build();

        assertThat(errors(classes).errors())
                .satisfiesExactly(
                        error -> assertThat(error).startsWith("kafka.records.requests: there is"),
                        error ->
                                assertThat(error)
                                        .isEqualTo(
                                                "kafka.records.responses: must take strings, which are JSON, but %sOfNumbers does not"
                                                        .formatted(HERE)),
                        error -> assertThat(error).startsWith("kafka.records.feedback: there is"));
    }

    private static ConfigException errors(RecordsSection classes) {
        return catchThrowableOfType(ConfigException.class, () -> load(classes));
    }

    private static RecordFormats load(RecordsSection classes) {
        return RecordFormats.load(classes, RecordFormatsTest.class.getClassLoader());
    }
}
