package io.warren.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The sections of a gost configuration, their keys in the order in which gost prints them, and what a key refers to.
 *
 * <p>A field is written {@code name[!|!y|?][:type][@kind][{yaml,json}]}: {@code !} is printed even when empty, {@code !y} in YAML only, {@code ?} whenever
 * it is there, since its default is not the empty value; without a type it is a text; a name of another section is a section, with {@code *} a list of them; {@code @kind} is the named list it refers to; braces
 * give the printed names where they are not the key. A {@code ~} before a section's type: only Warren knows it.
 */
final class Schema {
    /** What a value is. */
    enum Type {
        TEXT,
        INTEGER,
        FLAG,
        DURATION,
        TEXTS,
        MAP,
        /** Free metadata. */
        FREE,
        SECTION,
        LIST,
        /** A list whose items may be the name of a chain. */
        CHAINS,
        /** Read-only in gost: accepted, not used. */
        STATUS
    }

    /** Whether a value is printed although it is empty. */
    enum Always {
        NO,
        /** When it is there. */
        GIVEN,
        YAML,
        BOTH
    }

    record Field(
            String name,
            Type type,
            Optional<String> section,
            Optional<String> refersTo,
            Always always,
            String yaml,
            String json,
            boolean ours) {}

    private static final String TABLE = """
            root: services!:service* chains:chain* hops:hop* authers:auther* admissions:admission* bypasses:bypass* resolvers:resolver*
              hosts:hostmap* ingresses:ingress* routers:router* sds:plugged* recorders:recorder* rewriters:plugged* caches:cache*
              limiters:limiter* quotas:quota* climiters:limiter* rlimiters:limiter* observers:plugged* loggers:logger*
              tls:tls log:log profiling:profiling api:api metrics:metrics cluster:~cluster console:~console
            console: addr password passwordFile users:consoleUser* tls:consoleTls state
            consoleUser: username! password role
            consoleTls: certFile keyFile
            cluster: name secret secretFile member addr trunk trunk.tls?:flag bus join:texts slack?:int grace?:duration
            service: name! addr interface sockopts:sockopts admission@admissions admissions:texts@admissions bypass@bypasses
              bypasses:texts@bypasses resolver@resolvers hosts@hosts limiter@limiters quotas:texts@quotas climiter@climiters
              rlimiter@rlimiters logger@loggers loggers:texts@loggers observer@observers rewriter@rewriters recorders:record*
              cache@caches handler:handler listener:listener forwarder:forwarder metadata:free status:status
            record: name!@recorders record! metadata:free
            sockopts: mark:int
            handler: type! retries:int chain@chains chainGroup:chainGroup auther@authers authers:texts@authers auth:auth tls:tls
              limiter@limiters observer@observers metadata:free
            listener: type! chain@chains chainGroup:chainGroup auther@authers authers:texts@authers auth:auth tls:tls metadata:free
            connector: type! auth:auth tls:tls metadata:free
            dialer: type! auth:auth tls:tls metadata:free
            auth: username password file
            chainGroup: chains:chainEntry*chains selector:selector
            chainEntry: chain@chains matcher:matcher probe:probe
            forwarder: name hop@hops selector:selector nodes!:target* hopGroup:hopGroup
            hopGroup: hops:hopEntry* selector:selector
            hopEntry: hop@hops matcher:matcher probe:probe
            target: name addr network bypass@bypasses bypasses:texts@bypasses protocol host path filter:filter matcher:matcher
              auth:auth http:http tls:nodeTls probe:probe metadata:free
            filter: host protocol path
            matcher: rule priority:int bodySize:int{bodysize,bodySize}
            probe: type! addr!y interval!:duration timeout!:duration httpPath httpHost httpHeaders:map expectedStatus:int command
            http: host header:map requestHeader:map responseHeader:map rewrite:urlRule* rewriteURL:urlRule* rewriteBody:bodyRule*
              rewriteRequestBody:bodyRule* rewriteResponseBody:bodyRule* failCodes auth:auth
            urlRule: match!{match,Match} replacement!{replacement,Replacement}
            bodyRule: type!{type,Type} match!{match,Match} replacement!{replacement,Replacement} rewriter@rewriters maxChunkSize:int
            nodeTls: serverName secure:flag options:tlsOptions
            tls: certFile keyFile caFile secure:flag serverName options:tlsOptions validity:duration commonName organization
              rejectUnknownSNI:flag serverNames:texts
            tlsOptions: minVersion maxVersion cipherSuites:texts alpn:texts
            chain: name! hops!:hop* metadata:free
            hop: name! interface sockopts:sockopts selector:selector bypass@bypasses bypasses:texts@bypasses resolver@resolvers
              hosts@hosts nodes:node* reload:duration file:file redis:redis http:web plugin:plugin metadata:free
            node: name! addr network bypass@bypasses bypasses:texts@bypasses resolver@resolvers hosts@hosts connector:connector
              dialer:dialer interface netns sockopts:sockopts filter:filter matcher:matcher http:http tls:nodeTls probe:probe
              metadata:free
            selector: strategy! maxFails!:int failTimeout!:duration maxLatency:duration
            file: path!
            redis: addr! db:int username password key type
            web: url! timeout:duration
            plugin: type! addr! tls:tls timeout:duration token
            auther: name! auths:auth* reload:duration file:file redis:redis http:web plugin:plugin
            admission: name! reverse:flag whitelist:flag matchers:texts reload:duration file:file redis:redis http:web plugin:plugin
            bypass: name! reverse:flag whitelist:flag network matchers:texts reload:duration file:file redis:redis http:web
              plugin:plugin
            resolver: name! nameservers:nameserver* plugin:plugin
            nameserver: addr! chain@chains prefer clientIP hostname ttl:duration timeout:duration async:flag only
            hostmap: name! mappings:mapping* reload:duration file:file redis:redis http:web plugin:plugin
            mapping: ip! hostname! aliases:texts
            ingress: name! rules:rule* reload:duration file:file redis:redis http:web plugin:plugin
            rule: hostname! endpoint!
            router: name! routes:route* reload:duration file:file redis:redis http:web plugin:plugin
            route: net dst gateway!
            plugged: name! plugin:plugin
            recorder: name! file:recordFile tcp:recordTcp http:recordHttp redis:redis plugin:plugin
            recordFile: path! sep rotation:rotation
            recordTcp: addr! timeout!:duration
            recordHttp: url! timeout:duration header:map
            cache: name! memory:memory redis:cacheRedis
            memory: ttl:duration maxSize:int maxBytes:int cleanupInterval:duration eviction
            cacheRedis: addr! db:int username password ttl:duration key
            limiter: name! limits:texts reload:duration file:file redis:redis http:web plugin:plugin
            quota: name! limit startsAt expiresAt direction flush store:store status:status
            store: type! file redis:storeRedis
            storeRedis: addr! db:int username password key
            logger: name! log:log
            log: output level format rotation:rotation
            rotation: maxSize:int maxAge:int maxBackups:int localTime:flag compress:flag
            profiling: addr!
            api: addr! pathPrefix accesslog:flag auth:auth auther@authers
            metrics: addr! path auth:auth auther@authers
            """;

    private static final Pattern FIELD = Pattern.compile(
            "(?<name>[\\w.]+)(?<always>!y?|\\?)?(:(?<ours>~)?(?<type>\\w+)(?<list>\\*(chains)?)?)?(@(?<ref>\\w+))?(\\{(?<yaml>\\w+),(?<json>\\w+)})?");

    private static final Map<String, Map<String, Field>> SECTIONS = parse();

    static final String ROOT = "root";

    private Schema() {}

    /** The names of all sections that gost has. */
    static Set<String> sections() {
        return SECTIONS.keySet().stream()
                .filter(name -> !SECTIONS.get(ROOT).containsKey(name)
                        || !SECTIONS.get(ROOT).get(name).ours())
                .collect(Collectors.toSet());
    }

    /** The fields of a section, in order. */
    static List<Field> fields(String section) {
        return List.copyOf(SECTIONS.get(section).values());
    }

    static Optional<Field> field(String section, String key) {
        return Optional.ofNullable(SECTIONS.get(section).get(key.toLowerCase(Locale.ROOT)));
    }

    /** The lists of named objects at the top level. */
    static List<Field> kinds() {
        return fields(ROOT).stream().filter(f -> f.type() == Type.LIST).toList();
    }

    private static Map<String, Map<String, Field>> parse() {
        Map<String, Map<String, Field>> sections = new HashMap<>();
        for (String line : TABLE.strip().replaceAll("\n +", " ").lines().toList()) {
            int colon = line.indexOf(": ");
            Map<String, Field> fields = new LinkedHashMap<>();
            for (String word : List.of(line.substring(colon + 2).trim().split(" +", -1))) {
                Field field = field(word);
                fields.put(field.name().toLowerCase(Locale.ROOT), field);
            }
            sections.put(line.substring(0, colon), fields);
        }
        List<String> missing = new ArrayList<>();
        sections.values()
                .forEach(fields -> fields.values()
                        .forEach(f -> f.section()
                                .filter(s -> !sections.containsKey(s))
                                .ifPresent(missing::add)));
        if (!missing.isEmpty()) {
            throw new IllegalStateException("sections that the table does not have: " + missing);
        }
        return Map.copyOf(sections);
    }

    private static Field field(String word) {
        Matcher m = FIELD.matcher(word);
        if (!m.matches()) {
            throw new IllegalStateException("field \"" + word + "\" of the table");
        }
        String name = m.group("name");
        String written = Optional.ofNullable(m.group("type")).orElse("text");
        Type type = Optional.ofNullable(m.group("list"))
                .map(list -> list.equals("*") ? Type.LIST : Type.CHAINS)
                .orElseGet(() -> simple(written));
        boolean nested = type == Type.SECTION || type == Type.LIST || type == Type.CHAINS;
        return new Field(
                name,
                type,
                nested ? Optional.of(written) : Optional.empty(),
                Optional.ofNullable(m.group("ref")),
                always(Optional.ofNullable(m.group("always")).orElse("")),
                Optional.ofNullable(m.group("yaml")).orElse(name),
                Optional.ofNullable(m.group("json")).orElse(name),
                m.group("ours") != null);
    }

    private static Always always(String mark) {
        return switch (mark) {
            case "!" -> Always.BOTH;
            case "!y" -> Always.YAML;
            case "?" -> Always.GIVEN;
            default -> Always.NO;
        };
    }

    private static Type simple(String written) {
        return switch (written) {
            case "text" -> Type.TEXT;
            case "int" -> Type.INTEGER;
            case "flag" -> Type.FLAG;
            case "duration" -> Type.DURATION;
            case "texts" -> Type.TEXTS;
            case "map" -> Type.MAP;
            case "free" -> Type.FREE;
            case "status" -> Type.STATUS;
            default -> Type.SECTION;
        };
    }
}
