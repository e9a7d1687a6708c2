package dev.messplus.job.kafka;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.RecordsSection;
import dev.messplus.job.ends.UserClasses;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;

/**
 * What the users' classes of section {@code kafka.records} make of the values of records, and
 * records of. The objects travel to the tasks, as the schemas of any Flink job do.
 *
 * @param requests makes the JSON of a request of a value; {@code null} if the value is that
 * @param responses makes a value of the JSON of a response; {@code null} if the value is that
 * @param feedback makes the JSON of feedback of a value; {@code null} if the value is that
 */
record RecordFormats(
        DeserializationSchema<String> requests,
        SerializationSchema<String> responses,
        DeserializationSchema<String> feedback) {

    /**
     * Creates an object of each class that is set.
     *
     * @param loader finds the classes of users
     * @throws ConfigException with an error for each class that is missing or not what it has to be
     */
    static RecordFormats load(RecordsSection classes, ClassLoader loader) {
        List<String> errors = new ArrayList<>();
        UserClasses users = new UserClasses(loader, errors);
        RecordFormats formats =
                new RecordFormats(
                        users.reader("kafka.records.requests", classes.requests()),
                        users.writer("kafka.records.responses", classes.responses()),
                        users.reader("kafka.records.feedback", classes.feedback()));
        if (!errors.isEmpty()) {
            throw new ConfigException("The configuration", errors);
        }
        return formats;
    }
}
