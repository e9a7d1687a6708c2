package dev.messplus.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors name the path, the problem, the value and the fix. */
class ConfigErrorsTest {

    private static final Map<String, String> MINIMAL = new LinkedHashMap<>();

    static {
        MINIMAL.put("kafka", "{ bootstrap: 'b:1' }");
        MINIMAL.put("zoo", zoo("{ source: constant, joulesPerRequest: 1 }"));
        MINIMAL.put("slas", "{ gold: { alpha: 0.75 } }");
    }

    private final ConfigLoader loader = new ConfigLoader(Map.of("KEY", "s3cret"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    slas: { gold: { alpha: 1.2 } }            | slas.gold.alpha: must be between 0 and 1, was 1.2
                    slas: { gold: { alpha: '0.75' } }         | slas.gold.alpha: must be a number, was the string "0.75"; remove the quotes
                    slas: { gold: { alpha: high } }           | slas.gold.alpha: must be a number, was the string "high"
                    slas: { gold: { alpha: } }                | slas.gold.alpha: must be a number, was empty
                    slas: { gold: { alpha: [0.75] } }         | slas.gold.alpha: must be a number, was a list
                    slas: { gold: 0.75 }                      | slas.gold: must be a mapping, was 0.75
                    slas: { gold: {} }                        | slas.gold.alpha: is missing
                    slas: {}                                  | slas: must have at least one entry
                    delivery: exactly_twice                   | delivery: must be one of at_least_once, exactly_once, was exactly_twice
                    embedding: { model: 7 }                   | embedding.model: must be a string, was 7; put it in quotes
                    embedding: { model: all-MiniLM-L6-V2 }    | embedding.model: must be static, all-MiniLM-L6-v2, hashing or the path of a folder, was all-MiniLM-L6-V2; write ./all-MiniLM-L6-V2 for a folder
                    kafka: { bootstrap: "b:1", records: { requests: a/B } }          | kafka.records.requests: must be the name of a class with its package, was a/B
                    requests: { files: { path: a }, source: a.B }                    | requests.source: cannot be set together with files, was a.B; remove one
                    requests: { options: { a: 1 } }                                  | requests.options: has no effect without requests.source; set that, or remove it
                    requests: { files: {} }                                          | requests.files.path: is missing
                    responses: { files: { path: a }, sink: a.B }                     | responses.sink: cannot be set together with files, was a.B; remove one
                    responses: { options: { a: 1 } }                                 | responses.options: has no effect without responses.sink; set that, or remove it
                    inference: { maxInFlight: 0 }             | inference.maxInFlight: must be between 1 and 10000000, was 0
                    inference: { maxInFlight: '12' }          | inference.maxInFlight: must be a whole number, was the string "12"; remove the quotes
                    inference: { maxInFlight: 1.5 }           | inference.maxInFlight: must be a whole number, was 1.5
                    zoo: { small: { url: "http://a/v1", model: m, maxInFlight: all, energy: { source: rapl } } } | zoo.small.maxInFlight: must be a number of calls from 1 to 10,000,000, or auto, was all
                    inference: { maxInFlightBytes: 100 }      | inference.maxInFlightBytes: must be between 1048576 and 1099511627776, was 100
                    inference: { capacity: 128 }              | inference.capacity: was replaced by inference.maxInFlight, which is for the whole job; multiply the value by the parallelism, or remove it
                    slas: { gold: { alpha: 0.75, backlog: { order: random } } }      | slas.gold.backlog.order: must be one of oldest_first, newest_first, was random
                    slas: { gold: { alpha: 0.75, backlog: { shedAfterMillis: 0 } } } | slas.gold.backlog.shedAfterMillis: must be between 1 and 2592000000, was 0
                    zoo: { small: { url: "http://a/v1", replicaUrls: ["http://b/v1/messages"], model: m, energy: { source: rapl } } } | zoo.small.replicaUrls[0]: must not be Anthropic's Messages API, which the job does not speak; its OpenAI-compatible API is at https://api.anthropic.com/v1, was 'http://b/v1/messages'
                    zoo: { small: { url: "http://a/v1", replicaUrls: ["http://a/v1/"], model: m, energy: { source: rapl } } } | zoo.small.replicaUrls[0]: is the address of another server of the model; remove it
                    zoo: { small: { url: "http://a/v1", apiKeyHeader: api-key, model: m, energy: { source: rapl } } } | zoo.small.apiKeyHeader: has no effect without apiKey; set that, or remove it
                    slas: { gold: { alpha: 0.75, params: 7 } }                       | slas.gold.params: must be a mapping, was 7
                    slas: { gold: { alpha: 0.75, params: { temperature: 3 } } }      | slas.gold.params.temperature: must be from 0 to 2, was 3
                    slas: { gold: { alpha: 0.75, params: { max_token: 3 } } }        | slas.gold.params.max_token: is unknown; did you mean max_tokens?
                    slas: { gold: { alpha: 0.75, params: { stream: true } } }        | slas.gold.params.stream: must not be set, because the job reads whole answers; leave it out
                    slas: { gold: { alpha: 0.75, maxParams: { max_tokens: x } } }    | slas.gold.maxParams.max_tokens: must be a number, was the string "x"
                    slas: { gold: { alpha: 0.75, maxParams: { max_tokens: 0.5 } } }  | slas.gold.maxParams.max_tokens: must be an integer from 1 to 2147483647, was 0.5
                    slas: { gold: { alpha: 0.75, maxParams: { seed: 1 } } }          | slas.gold.maxParams.seed: must be one of max_completion_tokens, max_tokens, min_tokens, temperature, thinking_token_budget, top_k, top_logprobs, top_p
                    inference: { breaker: { windowCalls: 5, minCalls: 6 } } | inference.breaker.minCalls: must be at most windowCalls (5), was 6
                    inference: { breaker: { openMillis: 2000 } } | inference.breaker.openMillis: is unknown; did you mean maxOpenMillis? A breaker now opens for firstOpenMillis, and for twice as long each time that its trial calls fail
                    inference: { breaker: { firstOpenMillis: 9, maxOpenMillis: 8 } } | inference.breaker.firstOpenMillis: must be at most maxOpenMillis (8), was 9
                    inference: { breaker: { failurePercent: 0 } } | inference.breaker.failurePercent: must be above 0 and at most 100, was 0
                    inference: { maxResponseBytes: 524289 }   | inference.maxResponseBytes: must be at most half of kafka.properties.max.request.size (1048576), was 524289; lower it, or raise that property and max.message.bytes of the responses topic
                    feedbackTimeoutMillis: 60000              | feedbackTimeoutMillis: must be above inference.requestTimeoutMillis (60000), was 60000
                    """)
    void namesPathValueAndFix(String section, String error) {
        assertThat(errors(section)).containsExactly(error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    labels: { source: crowd }               | labels.source: must be one of scorer, audit, users, judge, signal, was crowd
                    labels: { share: 0.2 }                  | labels.source: is missing
                    labels: { source: audit }               | labels.share: is missing; source audit needs a number between 0 and 1
                    labels: { source: audit, share: 0 }     | labels.share: must be above 0 and at most 1, was 0
                    labels: { source: scorer, share: 0.2 }  | labels.share: has no effect with source scorer, was 0.2; remove it, or set source: audit
                    labels: { source: users, ratedGood: 1 } | labels.ratedBad: is missing; source users needs a number between 0 and 1
                    labels: { source: users, ratedGood: 1, ratedBad: 1.5 } | labels.ratedBad: must be between 0 and 1, was 1.5
                    labels: { source: users, ratedGood: 0, ratedBad: 0 }   | labels.ratedGood: must be above 0 where ratedBad is 0, was 0
                    labels: { source: audit, share: 0.2, ratedBad: 0.1 }   | labels.ratedBad: has no effect with source audit, was 0.1; remove it, or set source: users
                    labels: { source: judge, audit: 0.02 }                 | labels.source: judge needs a scorer; add scoring: { scorer: <name> }, or set another source
                    scoring: { scorer: reference }, labels: { source: judge }              | labels.audit: is missing; source judge needs a number between 0 and 1
                    scoring: { scorer: reference }, labels: { source: judge, audit: 1.5 }  | labels.audit: must be above 0 and at most 1, was 1.5
                    scoring: { scorer: reference }, labels: { source: judge, audit: 0.1, share: 0.02 } | labels.share: has no effect with source judge, was 0.02; remove it, or set source: audit
                    scoring: { scorer: reference, share: 0.5 }, labels: { source: judge, audit: 0.02 } | scoring.share: must be 1 with labels.source judge, where every answer is scored, was 0.5
                    scoring: { scorer: reference }, labels: { source: audit, share: 0.2 } | labels.source: must be scorer, judge or signal with scoring, was audit, because scores would count as ratings of people; remove scoring, or set another source
                    scoring: { scorer: reference }, labels: { source: users, ratedGood: 1, ratedBad: 1 } | labels.source: must be scorer, judge or signal with scoring, was users, because scores would count as ratings of people; remove scoring, or set another source
                    labels: { source: audit, share: 0.2 }, preset: paper   | labels.source: has no effect with preset paper; remove it
                    labels: { source: users, ratedGood: 1, ratedBad: 1 }, expiry: ignored | expiry: has no effect with labels.source users, was ignored; remove it
                    """)
    void checksLabels(String labels, String error) {
        assertThat(errors("slas: { gold: { alpha: 0.75, " + labels + " } }"))
                .containsExactly("slas.gold." + error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    bootstrap: ''                                | kafka.bootstrap: must not be empty
                    bootstrap: '${env:NOWHERE}'                  | kafka.bootstrap: the environment variable NOWHERE is not set
                    bootstrap: 'b:1', createTopics: maybe        | kafka.createTopics: must be true or false, was the string "maybe"
                    bootstrap: 'b:1', createTopics: 'true'       | kafka.createTopics: must be true or false, was the string "true"; remove the quotes
                    bootstrap: 'b:1', topics: { requests: a b }  | kafka.topics.requests: must be a Kafka topic name, was a b
                    bootstrap: 'b:1', topics: { responses: b, feedback: b } | kafka.topics.feedback: must differ from kafka.topics.responses, both were b
                    bootstrap: 'b:1', groupId: mess/a            | kafka.groupId: must be a name of 1 to 249 characters without spaces and slashes, was mess/a
                    bootstrap: 'b:1', properties: { acks: 1 }    | kafka.properties.acks: must be all, which is the default, was 1; remove it
                    bootstrap: 'b:1', properties: { enable.idempotence: false } | kafka.properties.enable.idempotence: must be true, which is the default, was false; remove it
                    bootstrap: 'b:1', properties: { group.id: g }  | kafka.properties.group.id: is set by kafka.groupId; remove it
                    bootstrap: 'b:1', properties: { isolation.level: read_uncommitted } | kafka.properties.isolation.level: is set by the job; remove it
                    bootstrap: 'b:1', rackVariable: 'a b' | kafka.rackVariable: must be the name of an environment variable, was a b
                    bootstrap: 'b:1', rackVariable: ZONE, properties: { client.rack: a } | kafka.rackVariable: cannot be set together with kafka.properties.client.rack; remove one
                    bootstrap: 'b:1', properties: { transaction.timeout.ms: 60000 } | kafka.properties.transaction.timeout.ms: is set by kafka.transactionTimeoutMillis; remove it
                    bootstrap: 'b:1', properties: { linger.ms: [5] } | kafka.properties.linger.ms: must be a string, a number, true or false
                    bootstrap: 'b:1', properties: { max.request.size: 1M } | kafka.properties.max.request.size: must be a number of bytes, was 1M
                    bootstrap: 'b:1', properties: { max.request.size: 100000 } | inference.maxResponseBytes: must be at most half of kafka.properties.max.request.size (100000), was 524288; lower it, or raise that property and max.message.bytes of the responses topic
                    """)
    void checksKafka(String kafka, String error) {
        assertThat(errors("kafka: { " + kafka + " }")).containsExactly(error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {}                                                | tracing.otlpEndpoint: is missing
                    { otlpEndpoint: 'collector:4318' }                | tracing.otlpEndpoint: must be %s, was collector:4318
                    { otlpEndpoint: 'http://c:4318/v1/traces' }       | tracing.otlpEndpoint: must be %s, was http://c:4318/v1/traces
                    { otlpEndpoint: 'http://u:p@c:4318' }             | tracing.otlpEndpoint: must be %s
                    { otlpEndpoint: 'http://c:4318', sampledShare: 1.5 } | tracing.sampledShare: must be between 0 and 1, was 1.5
                    { otlpEndpoint: 'http://c:4318', serviceName: '' } | tracing.serviceName: must not be empty
                    { otlpEndpoint: 'http://c:4318', share: 0.1 }     | tracing.share: is unknown; known are otlpEndpoint, sampledShare, serviceName, headers
                    { otlpEndpoint: 'http://c:4318', headers: { Authorization: Bearer sk-1 } } | tracing.headers.Authorization: must be ${env:NAME} or a word before it, like Bearer ${env:NAME}, where NAME is an environment variable that holds the value
                    { otlpEndpoint: 'http://c:4318', headers: { Authorization: 'Bearer ${env:NOWHERE}' } } | tracing.headers.Authorization: the environment variable NOWHERE is not set
                    """)
    void checksTracing(String tracing, String error) {
        String receiver =
                "the http or https address of a receiver of OTLP over HTTP, like"
                        + " http://collector:4318, without /v1/traces, user, query and fragment";
        assertThat(errors("tracing: " + tracing)).containsExactly(error.replace("%s", receiver));
    }

    @Test
    void checksExpectedScores() {
        assertThat(errors("zoo: " + zoo("{ source: rapl }, expectedScore: 62")))
                .containsExactly("zoo.small.expectedScore: must be between 0 and 1, was 62");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    source: coal                   | zoo.small.energy.source: must be one of nvml, dcgm, rapl, process, response, tokens, constant, was coal
                    source: nvml                   | zoo.small.energy.gpus: is missing
                    source: nvml, gpus: [0, GTX]   | zoo.small.energy.gpus[1]: must be an index from 0, a UUID like GPU-8f2c…, or a PCI bus id in quotes like "65:00.0"; for a MIG instance, that of its GPU, was GTX
                    source: constant, joulesPerRequest: 1, gpus: [0] | zoo.small.energy.gpus: is not a field of source constant, which has source, joulesPerRequest, priorJoules, priorJoulesPerToken; remove it
                    source: nvml, gpus: [0], tokenCounters: "http://h/metrics" | zoo.small.energy.tokenCounters: has no effect without attribution: tokens; set that, or remove the field
                    source: rapl, promptTokenWeight: 0.2 | zoo.small.energy.promptTokenWeight: has no effect without attribution: tokens; set that, or remove the field
                    source: rapl, modelWeight: 0 | zoo.small.energy.modelWeight: must be above 0, was 0
                    source: rapl, idle: free | zoo.small.energy.idle: must be one of include, subtract, amortise, was free
                    source: process | zoo.small.energy: source process needs one of port, pid, cgroup, to know the server; it has none
                    source: process, port: 8000, pid: 7 | zoo.small.energy: source process needs one of port, pid, cgroup, to know the server; it has port, pid
                    sources: [{ source: rapl }, { source: process, port: 8000 }] | zoo.small.energy.sources: rapl counts what process has a share of; remove one of them
                    source: process, port: 70000 | zoo.small.energy.port: must be between 1 and 65535, was 70000
                    source: process, port: 8000, wattsPerCore: 0 | zoo.small.energy.wattsPerCore: must be above 0 and at most 1000, was 0
                    sources: [{ source: nvml, gpus: [0] }, { source: process }] | zoo.small.energy.sources[1]: source process needs one of port, pid, cgroup, to know the server; it has none
                    source: rapl, settleMillis: -1 | zoo.small.energy.settleMillis: must be between 0 and 60000, was -1
                    priorJoules: 1 | zoo.small.energy.source: is missing
                    source: rapl, apiKey: "${env:KEY}" | zoo.small.energy.apiKey: has no effect without tokenCounters; set that, or remove the field
                    source: rapl, attribution: tokens, tokenCounters: "http://h:80/metrics", apiKey: "${env:KEY}" | zoo.small.energy.apiKey: has no effect, because tokenCounters is a page of the model's own server, for which zoo.small.apiKey and zoo.small.trustStore hold; remove it
                    source: dcgm, gpus: [0], url: "http://g:9400/metrics", user: reader | zoo.small.energy.user: needs apiKey, which is its password; set that, or remove it
                    source: dcgm, gpus: [0], url: "http://g:9400/metrics", user: "a:b", apiKey: "${env:KEY}" | zoo.small.energy.user: must be a user name without spaces and colons, was a:b
                    source: constant, joulesPerRequest: 1, idle: include | zoo.small.energy.idle: is not a field of source constant, which has source, joulesPerRequest, priorJoules, priorJoulesPerToken; remove it
                    sources: [{ source: rapl }] | zoo.small.energy.sources: must have at least 2 entries
                    sources: [{ source: rapl }, { gpus: [0] }] | zoo.small.energy.sources[1].source: is missing
                    sources: [{ source: rapl }, { source: nvml }] | zoo.small.energy.sources[1].gpus: is missing
                    sources: [{ source: rapl }, { source: constant, joulesPerRequest: 1 }] | zoo.small.energy.sources[1].source: must be one of nvml, dcgm, rapl, process, was constant
                    sources: [{ source: rapl }, { source: nvml, gpus: [x] }] | zoo.small.energy.sources[1].gpus[0]: must be an index from 0, a UUID like GPU-8f2c…, or a PCI bus id in quotes like "65:00.0"; for a MIG instance, that of its GPU, was x
                    sources: [{ source: nvml, gpus: [0] }, { source: rapl }], idle: include | zoo.small.energy.idle: has no effect beside sources; move it into one of them, or remove it
                    sources: [{ source: nvml, gpus: [0] }, { source: rapl, promptTokenWeight: 0.2 }] | zoo.small.energy.sources[1].promptTokenWeight: has no effect without attribution: tokens; set that, or remove the field
                    """)
    void checksEnergy(String energy, String error) {
        assertThat(errors("zoo: " + zoo("{ " + energy + " }"))).containsExactly(error);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    source: tokens, joulesPerPromtToken: 1, joulesPerCompletionToken: 1 | zoo.small.energy.joulesPerPromtToken: is unknown; did you mean joulesPerPromptToken?
                    source: constant, joulesPerRequest: 1, watts: 3 | zoo.small.energy.watts: is unknown; known are source, joulesPerRequest, priorJoules, priorJoulesPerToken
                    sources: [{ source: rapl }, { source: nvml, gpu: [0] }] | zoo.small.energy.sources[1].gpu: is unknown; did you mean gpus?
                    """)
    void namesTheFieldThatAMisspeltOneStandsFor(String energy, String error) {
        assertThat(errors("zoo: " + zoo("{ " + energy + " }"))).containsExactly(error);
    }

    @Test
    void modelsOfOneServerAreMeteredAlike() {
        String zoo =
                "zoo: { small: { url: \"http://h:1/v1\", model: a,"
                        + " energy: { source: process, port: 8000 } },"
                        + " large: { url: \"http://h:1/v1\", model: b,"
                        + " energy: { source: process, port: 8000, wattsPerCore: 20 } } }";
        assertThat(errors(zoo))
                .containsExactly(
                        "zoo.large.energy.wattsPerCore: must be the same as in zoo.small.energy,"
                                + " because it is the same server");
    }

    @Test
    void aMisspeltSettingIsOneError() {
        assertThat(errors("slas: { gold: { alhpa: 0.7 } }"))
                .containsExactly("slas.gold.alhpa: is unknown; did you mean alpha?");
        assertThat(errors("slas: { gold: { alpha: 0.7, alhpa: 0.7 } }"))
                .singleElement()
                .asString()
                .startsWith("slas.gold.alhpa: is unknown; known are ");
    }

    @Test
    void aPartOfSeveralSourcesHasItsOwnFieldsAlone() {
        String sources =
                "{ sources: [{ source: nvml, gpus: [0] }, { source: rapl, priorJoules: 1 }] }";
        assertThat(errors("zoo: " + zoo(sources)))
                .singleElement()
                .asString()
                .startsWith(
                        "zoo.small.energy.sources[1].priorJoules: is not a field of source rapl,"
                                + " which has source, packages, root, ")
                .endsWith("; remove it");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "embedding: { model: ./bge }",
                "kafka: { bootstrap: 'b:1', properties: { acks: -1, enable.idempotence: true } }",
                "inference: { breaker: { windowCalls: 5 } }",
                "inference: { breaker: { maxOpenMillis: 5 } }",
                "inference: { maxResponseBytes: 524288 }"
            })
    void accepts(String section) {
        assertThat(loader.parse("mess.yaml", yaml(section))).isNotNull();
    }

    @Test
    void acceptsLargerAnswersWithLargerRecords() {
        String kafka = "kafka: { bootstrap: 'b:1', properties: { max.request.size: 2097152 } }";
        String inference = "inference: { maxResponseBytes: 1048576 }";
        assertThat(loader.parse("mess.yaml", yaml(kafka) + inference)).isNotNull();
    }

    @Test
    void aFormatOfRecordsNeedsTheirTopic() {
        assertThat(
                        errorsOf(
                                yaml(
                                                "kafka: { bootstrap: 'b:1', records: { requests: a.B, responses: a.C } }")
                                        + "requests: { source: a.D }\nresponses: { files: { path: a } }\n"))
                .containsExactly(
                        "kafka.records.requests: has no effect, because section requests sets that they are on no topic, was a.B; remove one",
                        "kafka.records.responses: has no effect, because section responses sets that they are on no topic, was a.C; remove one");
    }

    @Test
    void reportsAllErrorsAtOnce() {
        assertThat(
                        errorsOf(
                                """
                                kafka: { bootstrap: "", retries: 3 }
                                zoo:
                                  small: { url: "ftp://one", model: small, maxInFlight: 0,
                                           energy: { source: coal } }
                                  large: { url: "http://one/v1", energy: { source: tokens } }
                                slas:
                                  gold: { alpha: 1.2, V: cheap }
                                  "no good": { alpha: 0.5 }
                                delivery: exactly_twice
                                """))
                .hasSize(12)
                .contains(
                        "kafka.bootstrap: must not be empty",
                        "kafka.retries: is unknown; known are bootstrap, properties, topics, records,"
                                + " groupId, createTopics, partitions, transactionTimeoutMillis, rackVariable",
                        "zoo.small.url: must be the http or https address of an OpenAI-compatible"
                                + " server, up to /v1, was ftp://one",
                        "zoo.small.maxInFlight: must be between 1 and 10000000, was 0",
                        "zoo.large.model: is missing",
                        "zoo.large.energy.joulesPerPromptToken: is missing",
                        "zoo.large.energy.joulesPerCompletionToken: is missing",
                        "slas.gold.alpha: must be between 0 and 1, was 1.2",
                        "slas.no good: must be a name of 1 to 63 characters from A-Z a-z 0-9 . _ -,"
                                + " starting with a letter or digit",
                        "delivery: must be one of at_least_once, exactly_once, was exactly_twice")
                .anyMatch(error -> error.startsWith("zoo.small.energy.source: must be one of"))
                .anyMatch(error -> error.startsWith("slas.gold.V: must be a number"));
    }

    @Test
    void refusesFilesWithoutFields() {
        assertThat(errorsOf("just a text"))
                .containsExactly("file: must be a mapping, was the string \"just a text\"");
        assertThat(errorsOf("")).isNotEmpty();
        assertThat(errorsOf("a: [")).singleElement().asString().startsWith("yaml: ");
        assertThat(errorsOf("kafka: { bootstrap: b }\n  zoo: c, d\n"))
                .containsExactly(
                        "yaml: line 2, column 3: expected <block end>, but found '<block mapping start>'; look at the indentation, brackets and colons before it");
    }

    private List<String> errors(String section) {
        return errorsOf(yaml(section));
    }

    private List<String> errorsOf(String yaml) {
        return catchThrowableOfType(ConfigException.class, () -> loader.parse("mess.yaml", yaml))
                .errors();
    }

    /** A minimal file with this section in place of its own. */
    private static String yaml(String section) {
        Map<String, String> sections = new LinkedHashMap<>(MINIMAL);
        int colon = section.indexOf(':');
        sections.put(section.substring(0, colon), section.substring(colon + 1).strip());
        StringBuilder yaml = new StringBuilder();
        sections.forEach((name, value) -> yaml.append(name + ": " + value + "\n"));
        return yaml.toString();
    }

    private static String zoo(String energy) {
        return "{ small: { url: 'http://h/v1', model: m, energy: %s } }".formatted(energy);
    }
}
