package dev.messplus.route;

import dev.messplus.core.belief.JudgeCalibration;
import dev.messplus.route.RoutingState.Routing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns when audits have shown that a judge says nothing of what people think of an answer. */
final class JudgeAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(JudgeAlarm.class);

    private JudgeAlarm() {}

    /**
     * Checks after something became known of an answer.
     *
     * @param saidNothing whether the judge was found out before
     */
    static void check(Routing routing, boolean saidNothing) {
        if (!saidNothing && isFoundOut(routing)) {
            LOG.warn(
                    "slas.{}: {} audits show that the judge's scores say nothing about people's"
                            + " scores of single answers. Answers now count as audits say of their"
                            + " models. Check the scorer that slas.{}.scoring names, or replace it",
                    routing.shard().sla(),
                    judge(routing).audits,
                    routing.shard().sla());
        }
    }

    /** Whether an SLA has a judge that is found out. */
    static boolean isFoundOut(Routing routing) {
        return routing.algorithm().sla().labels().isJudged() && judge(routing).saysNothing();
    }

    private static JudgeCalibration judge(Routing routing) {
        return routing.algorithm().state().shared().judge;
    }
}
