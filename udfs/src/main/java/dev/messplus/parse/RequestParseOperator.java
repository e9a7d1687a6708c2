package dev.messplus.parse;

import dev.messplus.credit.CreditReports;
import dev.messplus.credit.HeldBackTime;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RawRecord;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Parses requests as {@link ParseFunction} does, and reports those that go no further to their
 * source, which reads others in their place.
 */
public final class RequestParseOperator extends ProcessOperator<RawRecord, PromptRequest> {

    private static final long serialVersionUID = 1;

    private final String sourceUid;
    private final ParseFunction<PromptRequest> parse;
    private transient CreditReports credits;

    /**
     * An operator that parses with {@code parse}.
     *
     * @param sourceUid uid of the source of the requests
     */
    public RequestParseOperator(ParseFunction<PromptRequest> parse, String sourceUid) {
        super(parse);
        this.parse = parse;
        this.sourceUid = sourceUid;
    }

    @Override
    public void open() throws Exception {
        super.open();
        HeldBackTime.measure(
                getContainingTask().getEnvironment().getMetricGroup().getIOMetricGroup());
        credits = CreditReports.to(sourceUid, getContainingTask(), getProcessingTimeService());
    }

    @Override
    public void processElement(StreamRecord<RawRecord> element) throws Exception {
        long before = parse.dropped();
        super.processElement(element);
        if (parse.dropped() > before) {
            credits.dropped();
        }
    }

    @Override
    public void close() throws Exception {
        HeldBackTime.end();
        super.close();
    }

    @Override
    public void finish() throws Exception {
        credits.stop();
        super.finish();
    }
}
