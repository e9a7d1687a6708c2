package dev.messplus.testkit;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/**
 * One subtask of an operator with two inputs that are keyed by strings, without a cluster. Unlike
 * Flink's {@code KeyedTwoInputStreamOperatorTestHarness} it takes the environment, and with it
 * managed memory for RocksDB and a metric group.
 *
 * @param <A> records of the first input
 * @param <B> records of the second input
 * @param <O> records of the output
 */
public class KeyedOperatorHarness<A, B, O> extends AbstractStreamOperatorTestHarness<O> {

    private final TwoInputStreamOperator<A, B, O> operator;

    /** A subtask that is not open yet and has the default state backend. */
    public KeyedOperatorHarness(
            TwoInputStreamOperator<A, B, O> operator,
            KeySelector<A, String> keyOfFirst,
            KeySelector<B, String> keyOfSecond,
            MockEnvironment environment)
            throws Exception {
        super(operator, environment);
        this.operator = operator;
        config.setStatePartitioner(0, keyOfFirst);
        config.setStatePartitioner(1, keyOfSecond);
        config.setStateKeySerializer(
                Types.STRING.createSerializer(executionConfig.getSerializerConfig()));
        config.serializeAllConfigs();
    }

    /** Has a record of the first input processed. */
    public final void processFirst(A value) throws Exception {
        StreamRecord<A> element = new StreamRecord<>(value);
        operator.setKeyContextElement1(element);
        operator.processElement1(element);
    }

    /** Has a record of the second input processed. */
    public final void processSecond(B value) throws Exception {
        StreamRecord<B> element = new StreamRecord<>(value);
        operator.setKeyContextElement2(element);
        operator.processElement2(element);
    }

    /** Takes the records of the output since the last call. Drops watermarks and the like. */
    @SuppressWarnings("unchecked") // an operator has one type of output
    public final List<O> takeOutput() {
        List<O> records = new ArrayList<>();
        for (Object said = getOutput().poll(); said != null; said = getOutput().poll()) {
            if (said instanceof StreamRecord<?> record) {
                records.add((O) record.getValue());
            }
        }
        return records;
    }
}
