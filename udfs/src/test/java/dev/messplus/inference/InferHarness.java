package dev.messplus.inference;

import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/** One subtask of the inference operator. Its clock stands at {@link #NOW_MILLIS}. */
final class InferHarness
        extends OneInputStreamOperatorTestHarness<RoutedRequest, InferenceOutcome> {

    static final long NOW_MILLIS = 1_000_000;

    InferHarness(InferOperatorFactory factory) throws Exception {
        this(factory, 1, 0);
    }

    InferHarness(InferOperatorFactory factory, int subtasks, int subtask) throws Exception {
        super(factory, 128, subtasks, subtask);
        setup(serializer(InferenceOutcome.class));
        setProcessingTime(NOW_MILLIS);
    }

    /** Runs what other threads and timers have for the task's thread. */
    void runMails() throws Exception {
        Optional<Mail> mail = getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        while (mail.isPresent()) {
            mail.get().run();
            mail = getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        }
    }

    /** The ids of the requests that were answered so far, in this order. */
    List<String> answered() throws Exception {
        runMails();
        return extractOutputValues().stream().map(outcome -> outcome.response().id()).toList();
    }

    @Override
    public void close() {
        try {
            super.close();
        } catch (Exception e) {
            throw new AssertionError("the operator must always close", e);
        }
    }

    private static <T> TypeSerializer<T> serializer(Class<T> type) {
        SerializerConfigImpl strict = new SerializerConfigImpl();
        strict.setGenericTypes(false);
        return TypeInformation.of(type).createSerializer(strict);
    }
}
