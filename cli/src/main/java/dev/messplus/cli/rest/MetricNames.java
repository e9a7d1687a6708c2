package dev.messplus.cli.rest;

/** Names as Flink writes them in the ids of metrics. */
final class MetricNames {

    private MetricNames() {}

    /** The name of an SLA or a model; its dots would separate the parts of an id. */
    static String of(String name) {
        return name.replace('.', '_');
    }
}
