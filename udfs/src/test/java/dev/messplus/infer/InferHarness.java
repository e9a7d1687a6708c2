package dev.messplus.infer;

import dev.messplus.fixture.Fixtures;
import dev.messplus.fixture.UnchangedRecords;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.awaitility.core.ConditionFactory;

/** One subtask of the inference operator. Its clock stands at {@link #NOW_MILLIS}. */
final class InferHarness
        extends OneInputStreamOperatorTestHarness<RoutedRequest, InferenceOutcome> {

    static final long NOW_MILLIS = 1_000_000;

    private final UnchangedRecords records = new UnchangedRecords();

    InferHarness(InferOperatorFactory factory) throws Exception {
        this(factory, 1, 0);
    }

    InferHarness(InferOperatorFactory factory, int subtasks, int subtask) throws Exception {
        super(factory, 128, subtasks, subtask);
        setup(serializer(InferenceOutcome.class));
        setProcessingTime(NOW_MILLIS);
    }

    @Override
    public void processElement(StreamRecord<RoutedRequest> element) throws Exception {
        records.watch(element.getValue());
        super.processElement(element);
    }

    /** Runs what other threads and timers have for the task's thread. */
    void runMails() throws Exception {
        Optional<Mail> mail = getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        while (mail.isPresent()) {
            mail.get().run();
            mail = getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        }
        extractOutputValues().forEach(records::watch);
    }

    /** Waits, and runs conditions on the thread of the test, which is the task's thread. */
    ConditionFactory await() {
        return Fixtures.await().pollInSameThread();
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
        records.verify();
    }

    private static <T> TypeSerializer<T> serializer(Class<T> type) {
        SerializerConfigImpl strict = new SerializerConfigImpl();
        strict.setGenericTypes(false);
        return TypeInformation.of(type).createSerializer(strict);
    }
}
