package dev.messplus.job;

import dev.messplus.core.Policy;
import dev.messplus.job.config.MessConfig;
import dev.messplus.parsing.Catalog;
import dev.messplus.routing.RoutingConfig;
import dev.messplus.routing.RoutingConfig.ZooModel;
import dev.messplus.scoring.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** From the configuration to what each operator needs of it. */
final class Settings {

    private Settings() {}

    static Catalog catalog(MessConfig config) {
        return new Catalog(
                Set.copyOf(config.slas().keySet()),
                Set.copyOf(config.zoo().keySet()),
                new TreeSet<>(Metric.wireNames()),
                config.limits().maxPromptChars());
    }

    static RoutingConfig routing(MessConfig config) {
        List<ZooModel> zoo = new ArrayList<>();
        config.zoo()
                .forEach(
                        (id, model) -> {
                            Double prior = model.energy().priorJoules();
                            zoo.add(new ZooModel(id, prior == null ? Double.NaN : prior));
                        });
        Map<String, Policy> slas = new LinkedHashMap<>();
        config.slas().forEach((name, sla) -> slas.put(name, sla.policy()));
        return new RoutingConfig(zoo, slas, config.feedbackTimeoutMillis());
    }
}
