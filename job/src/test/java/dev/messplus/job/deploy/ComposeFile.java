package dev.messplus.job.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.MemorySize;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** {@code docker-compose.yml} as it is written, with its anchors resolved. */
final class ComposeFile {

    /** Root of the repository. */
    static final Path ROOT = Path.of("..");

    private final Map<String, Service> services = new LinkedHashMap<>();
    private final Set<String> volumes;

    private ComposeFile(Map<String, Object> tree) {
        map(tree.get("services"))
                .forEach((name, service) -> services.put(name, new Service(name, map(service))));
        volumes = map(tree.get("volumes")).keySet();
    }

    static ComposeFile read() throws IOException {
        return new ComposeFile(map(yaml(ROOT.resolve("docker-compose.yml"))));
    }

    static Object yaml(Path file) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    }

    Collection<Service> services() {
        return services.values();
    }

    /** Services that run with {@code profile}, by their host names on the network. */
    Map<String, Service> reachable(String profile) {
        Map<String, Service> reachable = new LinkedHashMap<>();
        for (Service service : services.values()) {
            if (service.profiles().isEmpty() || service.profiles().contains(profile)) {
                reachable.put(service.name(), service);
                service.aliases().forEach(alias -> reachable.put(alias, service));
            }
        }
        return reachable;
    }

    Set<String> volumes() {
        return volumes;
    }

    /** Services that run to their end before another one starts. */
    Set<String> oneShots() {
        Set<String> names = new TreeSet<>();
        for (Service service : services.values()) {
            service.dependencies()
                    .forEach(
                            (name, condition) -> {
                                if (condition.equals("service_completed_successfully")) {
                                    names.add(name);
                                }
                            });
        }
        return names;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }

    static List<Object> list(Object node) {
        return node == null ? List.of() : new ArrayList<>((List<?>) node);
    }

    /** One service. */
    record Service(String name, Map<String, Object> tree) {

        Object get(String key) {
            return tree.get(key);
        }

        List<Object> profiles() {
            return list(get("profiles"));
        }

        /** Services that must have come to a condition before this one starts. */
        Map<String, String> dependencies() {
            Map<String, String> conditions = new LinkedHashMap<>();
            map(get("depends_on"))
                    .forEach(
                            (name, how) ->
                                    conditions.put(name, (String) map(how).get("condition")));
            return conditions;
        }

        /** Most memory that a container may take; empty if it has no limit. */
        Optional<MemorySize> memoryLimit() {
            Object limit = map(map(deploy().get("resources")).get("limits")).get("memory");
            return Optional.ofNullable((String) limit).map(MemorySize::parse);
        }

        int replicas() {
            return (int) deploy().getOrDefault("replicas", 1);
        }

        private Map<String, Object> deploy() {
            return map(get("deploy"));
        }

        List<String> aliases() {
            Map<String, Object> network = map(map(get("networks")).get("default"));
            return list(network.get("aliases")).stream().map(Object::toString).toList();
        }

        /** The command, its arguments joined by spaces. */
        String command() {
            Object command = get("command");
            return command instanceof List<?> words
                    ? String.join(" ", words.stream().map(Object::toString).toList())
                    : String.valueOf(command);
        }

        List<Map<String, Object>> mounts() {
            return list(get("volumes")).stream().map(ComposeFile::map).toList();
        }
    }
}
