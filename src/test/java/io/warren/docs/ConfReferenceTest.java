package io.warren.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.warren.boot.WholeConfiguration;
import io.warren.catalog.Catalog;
import io.warren.docs.AskedSettings.Asked;
import io.warren.fixture.Until;
import io.warren.spi.Handler;
import io.warren.spi.Protocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conf/README.md} says what the program does: its examples run, its keys are those that are read. */
class ConfReferenceTest {
    private static final Markdown PAGE = Markdown.read(Path.of("conf/README.md"));

    /** Each with the keys that its factory reads, under the heading that it has on the page. */
    private static Map<String, Set<Asked>> components() {
        Map<String, Set<Asked>> all = new LinkedHashMap<>();
        Catalog.ALL.transports().forEach(transport -> {
            add(all, "Listener", transport.names(), transport.listener());
            add(all, "Dialer", transport.names(), transport.dialer());
        });
        Catalog.ALL.protocols().forEach(protocol -> {
            add(all, "Handler", protocol.names(), protocol.handler().map(factory -> withEntrances(protocol, factory)));
            add(all, "Connector", protocol.names(), protocol.connector());
        });
        return all;
    }

    /** What a handler's section says of further ports is read beside it. */
    private static Protocol.Factory<Handler> withEntrances(Protocol protocol, Protocol.Factory<Handler> factory) {
        return section -> {
            assertThat(protocol.entrances().apply(section)).isEmpty();
            return factory.read(section);
        };
    }

    private static <T> void add(
            Map<String, Set<Asked>> all, String kind, List<String> names, Optional<Protocol.Factory<T>> factory) {
        if (factory.isPresent()) {
            Set<Asked> asked = AskedSettings.none();
            for (boolean flags : new boolean[] {false, true}) {
                Function<?, T> unused = factory.get().read(AskedSettings.root(asked, flags));
            }
            String heading = kind + names.stream().map(n -> " `" + n + "`").collect(Collectors.joining(","));
            all.put(heading, asked);
        }
    }

    @Test
    void everyExampleIsRightAndRuns(@TempDir Path directory) throws Exception {
        List<Markdown.Block> examples =
                PAGE.blocks().stream().filter(b -> b.language().equals("yaml")).toList();
        assertThat(PAGE.blocks()).isEqualTo(examples);
        assertThat(examples).hasSizeGreaterThanOrEqualTo(28);
        try (Rehearsed warren = new Rehearsed()) {
            for (Markdown.Block example : examples) {
                warren.run("line " + example.line(), directory, example.text());
            }
        }
    }

    @Test
    void everyComponentHasItsSectionInTheCataloguesOrder() {
        List<String> headings = PAGE.sections().stream()
                .map(Markdown.Section::heading)
                .filter(heading -> heading.matches("(Listener|Dialer|Handler|Connector) .*"))
                .toList();
        assertThat(headings).containsExactlyElementsOf(components().keySet());
        assertThat(headings).hasSizeGreaterThanOrEqualTo(30);
    }

    @Test
    void everyKeyThatAComponentReadsIsInItsSectionOrInOneThatItRefersTo() {
        List<String> missing = new ArrayList<>();
        components().forEach((heading, asked) -> {
            Map<String, Markdown.Row> rows = rows(PAGE.withLinked(PAGE.section(heading)));
            for (Asked key : asked) {
                Optional<Markdown.Row> row = Optional.ofNullable(rows.get(key.name()));
                if (row.filter(r -> r.aliases().containsAll(key.aliases())
                                && r.type().equals(key.type()))
                        .isEmpty()) {
                    missing.add(heading + ": " + key.name() + " " + key.aliases() + " " + key.type() + ", but "
                            + row.map(String::valueOf).orElse("nothing"));
                }
            }
        });
        assertThat(missing).isEmpty();
    }

    @Test
    void noSectionOfAComponentHasAKeyThatItDoesNotRead() {
        List<String> invented = new ArrayList<>();
        components().forEach((heading, asked) -> {
            Set<String> read = asked.stream()
                    .flatMap(a -> Stream.concat(Stream.of(a.name()), a.aliases().stream()))
                    .collect(Collectors.toSet());
            PAGE.section(heading).rows().stream()
                    .flatMap(row -> row.names().stream())
                    .filter(name -> !read.contains(name))
                    .forEach(name -> invented.add(heading + ": " + name));
        });
        assertThat(invented).isEmpty();
    }

    private static Map<String, Markdown.Row> rows(Set<Markdown.Section> sections) {
        Map<String, Markdown.Row> rows = new LinkedHashMap<>();
        sections.forEach(section -> section.rows().forEach(row -> rows.putIfAbsent(row.key(), row)));
        return rows;
    }

    @Test
    void everyOtherKeyIsOnThePageAndEveryKeyOnThePageIsRead() throws Exception {
        Set<Asked> asked = AskedSettings.none();
        Vertx vertx = Vertx.vertx();
        try {
            WholeConfiguration.read(vertx, AskedSettings.root(asked, false));
            WholeConfiguration.read(vertx, AskedSettings.root(asked, true));
        } finally {
            Until.done(vertx.close());
        }
        List<Markdown.Section> general = PAGE.sections().stream()
                .filter(section -> !components().containsKey(section.heading()))
                .toList();
        Set<String> documented = general.stream()
                .flatMap(section -> section.rows().stream())
                .flatMap(row -> row.names().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        assertThat(documented).hasSizeGreaterThanOrEqualTo(80);

        Set<String> missing = new LinkedHashSet<>();
        Set<String> read = new LinkedHashSet<>();
        for (Asked key : asked) {
            List<String> names = namesOnThePage(key);
            read.addAll(names);
            if (!ofAComponent(key) && names.stream().noneMatch(documented::contains)) {
                missing.add(names.toString());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(documented).isSubsetOf(read);
    }

    private static boolean ofAComponent(Asked key) {
        boolean inside = key.path().matches("(root|.*\\.(handler|listener|dialer|connector))\\.(metadata|tls|auth).*");
        boolean ofAll = key.path().equals("services.handler.auth") || key.key().equals("skipauth");
        return inside && !ofAll;
    }

    /** What a key may be called: by its path, without the service's, as a hop's or node's wherever that stands, as every list's. */
    private static List<String> namesOnThePage(Asked key) {
        String full = key.path().isEmpty() ? key.key() : key.path() + "." + key.key();
        String ofHop = full.replaceFirst("^chains\\.hops\\.", "hops.")
                .replaceFirst("^services\\.forwarder\\.nodes\\.", "hops.nodes.");
        return Stream.of(
                        full,
                        ofHop,
                        full.replaceFirst("^services\\.", ""),
                        full.replaceFirst("^services\\.forwarder\\.", ""),
                        full.replaceFirst("^.*\\.selector\\.", "selector."),
                        full.replaceFirst(
                                "^(authers|admissions|bypasses|hosts|ingresses|[cr]?limiters)\\.(?=file|http|reload)",
                                ""),
                        full.replaceFirst("^(admissions|bypasses)\\.(?=reverse)", ""))
                .distinct()
                .toList();
    }

    @Test
    void everyLinkOnThePageLeadsSomewhere() {
        Set<String> anchors =
                PAGE.sections().stream().map(Markdown.Section::anchor).collect(Collectors.toSet());
        Set<String> links = PAGE.sections().stream()
                .flatMap(section -> section.allLinks().stream())
                .collect(Collectors.toSet());
        assertThat(links).isNotEmpty().isSubsetOf(anchors);
    }
}
