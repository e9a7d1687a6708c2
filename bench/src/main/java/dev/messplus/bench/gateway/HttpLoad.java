package dev.messplus.bench.gateway;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.io.CloseMode;

/** Keeps a number of chat completions open at a gateway. */
public final class HttpLoad implements AutoCloseable {

    private static final int OK = 200;

    private final CloseableHttpAsyncClient http;
    private final URI url;
    private final Map<String, String> headers;
    private final byte[] body;
    private final int open;
    private final Semaphore places;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /**
     * A load.
     *
     * @param url base URL of the gateway
     * @param headers of each call
     * @param promptChars length of each prompt, in characters
     * @param open calls that are open at a time
     */
    public HttpLoad(String url, Map<String, String> headers, int promptChars, int open) {
        this.url = URI.create(url + "/chat/completions");
        this.headers = headers;
        this.open = open;
        places = new Semaphore(open);
        String prompt = "yes or no? ".repeat(promptChars / 11 + 1).substring(0, promptChars);
        body =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted(prompt)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        http =
                HttpAsyncClients.custom()
                        .setConnectionManager(
                                PoolingAsyncClientConnectionManagerBuilder.create()
                                        .setMaxConnPerRoute(open)
                                        .setMaxConnTotal(open)
                                        .build())
                        .build();
        http.start();
    }

    /** Calls answered with 200 so far. */
    public long answered() {
        return answered.get();
    }

    /** Calls that were not. */
    public long failed() {
        return failed.get();
    }

    /** Keeps the calls open for some time, and waits for the last ones. */
    public void run(int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            places.acquire();
            var request = SimpleRequestBuilder.post(url);
            headers.forEach(request::addHeader);
            var unused =
                    http.execute(
                            request.setBody(body, ContentType.APPLICATION_JSON).build(),
                            new Answer());
        }
        places.acquire(open);
        places.release(open);
    }

    @Override
    public void close() {
        http.close(CloseMode.IMMEDIATE);
    }

    private final class Answer implements FutureCallback<SimpleHttpResponse> {

        @Override
        public void completed(SimpleHttpResponse response) {
            end(response.getCode() == OK);
        }

        @Override
        public void failed(Exception cause) {
            end(false);
        }

        @Override
        public void cancelled() {
            end(false);
        }

        private void end(boolean ok) {
            (ok ? answered : failed).incrementAndGet();
            places.release();
        }
    }
}
