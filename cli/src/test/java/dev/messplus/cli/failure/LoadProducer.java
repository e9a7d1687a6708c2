package dev.messplus.cli.failure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * An independent producer, which shares nothing with the job but the topic. Sends requests at a
 * steady rate or many at once, and writes a ledger with {@code id sentAtMillis} for each
 * acknowledged request.
 *
 * <p>As a process it takes the broker, the topic, the ledger and the requests per second as
 * arguments, and {@code go}, {@code stop} or {@code burst 500} on each line of its input. It
 * answers each line with the number of requests it has sent.
 */
final class LoadProducer {

    /** One in this many requests has no reference, and waits for the label of a user. */
    private static final int UNSCORED = 3;

    /** Gold is hot: one partition has three of four requests. */
    private static final List<String> SLAS = List.of("gold", "gold", "gold", "silver");

    private static final String BURST = "burst ";
    private static final List<String> DIFFICULTIES = List.of("easy", "fair", "hard");
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final KafkaProducer<String, String> producer;
    private final String topic;
    private final PrintWriter ledger;
    private boolean going;
    private long sent;

    private LoadProducer(String bootstrap, String topic, Path ledger) throws IOException {
        this.producer = Clients.patientProducer(bootstrap);
        this.topic = topic;
        this.ledger = new PrintWriter(ledger.toFile(), StandardCharsets.UTF_8);
    }

    /** Runs the producer as a process; see the class. */
    public static void main(String[] args) throws IOException {
        LoadProducer load = new LoadProducer(args[0], args[1], Path.of(args[2]));
        Thread sending = new Thread(() -> load.send(Integer.parseInt(args[3])), "load");
        sending.setDaemon(true);
        sending.start();
        System.out.println("up");
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(load.obey(line));
        }
    }

    private synchronized long obey(String command) {
        if (command.startsWith(BURST)) {
            long end = sent + Integer.parseInt(command.substring(BURST.length()));
            while (sent < end) {
                send(sent++);
            }
        } else {
            going = command.equals("go");
        }
        return sent;
    }

    private void send(int perSecond) {
        long next = System.nanoTime();
        while (true) {
            // Catches up after a pause, but for at most one second.
            next =
                    Math.max(next, System.nanoTime() - NANOS_PER_SECOND)
                            + NANOS_PER_SECOND / perSecond;
            LockSupport.parkNanos(next - System.nanoTime());
            sendIfGoing();
        }
    }

    private synchronized void sendIfGoing() {
        if (going) {
            send(sent++);
        }
    }

    private void send(long number) {
        String sla = SLAS.get((int) (number % SLAS.size()));
        long sentAtMillis = System.currentTimeMillis();
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, sla, request(number, sla)),
                        (written, failure) -> {
                            if (failure != null) {
                                System.err.println(
                                        "request " + number + " could not be sent: " + failure);
                                return;
                            }
                            ledger.println("r" + number + " " + sentAtMillis);
                            ledger.flush();
                        });
    }

    private static String request(long number, String sla) {
        String difficulty = DIFFICULTIES.get((int) (number / SLAS.size() % DIFFICULTIES.size()));
        String reference =
                number % UNSCORED == 0
                        ? ""
                        : ",\"reference\":\"%d\",\"metric\":\"exact\"".formatted(number);
        return "{\"id\":\"r%d\",\"sla\":\"%s\",\"prompt\":\"%s %d\"%s}"
                .formatted(number, sla, difficulty, number, reference);
    }
}
