package dev.messplus.job.config;

/**
 * Section {@code metrics}: which metrics there are.
 *
 * @param perSla whether every SLA, or shard of one, has gauges of its own
 */
public record MetricsSection(Boolean perSla) {

    public MetricsSection {
        perSla = Defaults.or(perSla, Defaults.METRICS_PER_SLA);
    }
}
