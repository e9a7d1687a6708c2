package dev.messplus.infer.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerPageTest {

    @Test
    void enginesOfVllmAreAddedUp() {
        String page =
                """
                # HELP vllm:num_requests_running Number of requests in model execution batches.
                # TYPE vllm:num_requests_running gauge
                vllm:num_requests_running{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 64.0
                vllm:num_requests_running{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 61.0
                # HELP vllm:num_requests_waiting Number of requests waiting to be processed.
                # TYPE vllm:num_requests_waiting gauge
                vllm:num_requests_waiting{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 7.0
                vllm:num_requests_waiting{engine="1",model_name="Qwen/Qwen2.5-7B-Instruct"} 2.0
                vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 7.0
                vllm:kv_cache_usage_perc{engine="0",model_name="Qwen/Qwen2.5-7B-Instruct"} 0.93
                """;

        assertThat(ServerPage.parse(page)).contains(new ServerPage(9, 125));
    }

    @Test
    void llamaCppHasNoLabels() {
        String page =
                """
                # HELP llamacpp:requests_processing Number of requests processing.
                # TYPE llamacpp:requests_processing gauge
                llamacpp:requests_processing 4
                # HELP llamacpp:requests_deferred Number of requests deferred.
                # TYPE llamacpp:requests_deferred gauge
                llamacpp:requests_deferred 3
                """;

        assertThat(ServerPage.parse(page)).contains(new ServerPage(3, 4));
    }

    @Test
    void sglang() {
        String page =
                """
                # TYPE sglang:num_running_reqs gauge
                sglang:num_running_reqs{model_name="meta-llama/Llama-3.1-8B-Instruct"} 162.0
                # TYPE sglang:num_queue_reqs gauge
                sglang:num_queue_reqs{model_name="meta-llama/Llama-3.1-8B-Instruct"} 2826.0
                """;

        assertThat(ServerPage.parse(page)).contains(new ServerPage(2826, 162));
    }

    @Test
    void tgi() {
        String page =
                """
                # TYPE tgi_batch_current_size gauge
                tgi_batch_current_size 12
                # TYPE tgi_queue_size gauge
                tgi_queue_size 0
                """;

        assertThat(ServerPage.parse(page)).contains(new ServerPage(0, 12));
    }

    @Test
    void labelsMayHaveSpacesAndBracesAndValuesATimestamp() {
        String page = "vllm:num_requests_waiting{model_name=\"a} b\"} 1.2e+01 1735689600000\r\n";

        assertThat(ServerPage.parse(page)).contains(new ServerPage(12, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html><body>404 page not found</body></html>",
                "# TYPE vllm:num_requests_waiting gauge\n",
                "vllm:num_requests_waiting\n",
                "vllm:num_requests_waiting NaN\n",
                "vllm:num_requests_waiting{engine=\"0\"} many\n",
                "vllm:num_requests_waiting_by_reason{reason=\"capacity\"} 3\n",
                "vllm:num_requests_running 3\n",
                "process_cpu_seconds_total 12.4\n",
            })
    void otherPagesSayNothing(String page) {
        assertThat(ServerPage.parse(page)).isEmpty();
    }
}
