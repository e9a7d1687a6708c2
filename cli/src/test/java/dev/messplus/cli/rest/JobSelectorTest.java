package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;

class JobSelectorTest {

    private static final ListedJob FIRST = job("a1" + "0".repeat(30), "mess+");
    private static final ListedJob SECOND = job("a2" + "0".repeat(30), "trial");

    @Test
    void aJobIsSelectedByNameIdOrBeginningOfId() {
        for (String wanted : List.of("trial", "a2", "a2" + "0".repeat(30))) {
            assertThat(JobSelector.one(List.of(FIRST, SECOND), wanted)).isEqualTo(SECOND.id());
        }
        assertThat(JobSelector.all(List.of(FIRST, SECOND), null))
                .containsExactly(FIRST.id(), SECOND.id());
        assertThat(JobSelector.one(List.of(FIRST), null)).isEqualTo(FIRST.id());
        assertThat(JobSelector.all(List.of(), null)).isEmpty();
    }

    @Test
    void anAmbiguousSelectionListsAllJobs() {
        String list =
                "running jobs:%n  a10{30}  RUNNING  mess\\+%n  a20{30}  RUNNING  trial".formatted();
        for (String wanted : new String[] {null, "a"}) {
            assertThatThrownBy(() -> JobSelector.one(List.of(FIRST, SECOND), wanted))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("JOB: must match one job; " + list);
        }
        assertThatThrownBy(() -> JobSelector.all(List.of(FIRST, SECOND), "b"))
                .hasMessageMatching("JOB: no MESS\\+ job matches b; " + list);
        assertThatThrownBy(() -> JobSelector.one(List.of(), null))
                .hasMessage("JOB: must match one job; no MESS+ job is running");
    }

    @Test
    void aJobThatHasEndedIsListedIfNoneRuns() {
        ListedJob ended = new ListedJob(FIRST.id(), "a batch", JobStatus.FINISHED);
        assertThat(JobSelector.all(List.of(ended), null)).isEmpty();
        assertThatThrownBy(() -> JobSelector.all(List.of(ended), "a batch"))
                .hasMessageMatching(
                        "JOB: no MESS\\+ job matches a batch; no MESS\\+ job is running%n  a10{30}  FINISHED  a batch"
                                .formatted());
        assertThat(JobSelector.one(List.of(SECOND, ended), null)).isEqualTo(SECOND.id());
    }

    private static ListedJob job(String id, String name) {
        return new ListedJob(JobID.fromHexString(id), name, JobStatus.RUNNING);
    }
}
