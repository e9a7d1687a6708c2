package dev.messplus.job;

import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.QueueingModelProcess;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;

/**
 * A broker, Flink and a job whose only model hangs, in a JVM of their own. Its backlog is larger
 * than the heap. Prints a line once the backlog is on the topic; then every line of its input is
 * answered with the number of requests that the job holds.
 */
final class BacklogProcess {

    static final int REQUESTS = 20_000;
    static final int PROMPT_CHARS = 40_000;

    private static final int SENT_TOGETHER = 100;

    private BacklogProcess() {}

    public static void main(String[] args) throws Exception {
        PrintStream replies = System.out;
        // Logs must not come between the replies.
        System.setOut(System.err);
        try (TestCluster cluster = TestCluster.create();
                QueueingModelProcess model = QueueingModelProcess.start(Ports.free(), 8, 10);
                TestJob job = job(cluster, model)) {
            model.hang();
            job.start();
            String padding = "x".repeat(PROMPT_CHARS);
            for (int i = 0; i < REQUESTS; i++) {
                String request = TestRequest.easy(i).json().replace("easy ", padding + " ");
                job.send(job.requestsTopic(), request.getBytes(StandardCharsets.UTF_8));
                if (i % SENT_TOGETHER == 0) {
                    job.flush();
                }
            }
            job.flush();
            job.awaitCheckpoint();
            replies.println("up");
            Scanner input = new Scanner(System.in, StandardCharsets.UTF_8);
            while (input.hasNextLine()) {
                input.nextLine();
                replies.println(Math.round(job.inferenceMetric("numRecordsIn")));
            }
        }
    }

    private static TestJob job(TestCluster cluster, QueueingModelProcess model) throws Exception {
        TestConfig config =
                TestConfig.on(cluster, "backlog")
                        .withDefaultInference()
                        .model("only", model.url(), TestConfig.joulesPerRequest(1))
                        .sla("gold", TestSla.promising(0.8));
        return TestJob.on(cluster, config);
    }
}
