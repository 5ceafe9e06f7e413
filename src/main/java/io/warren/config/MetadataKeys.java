package io.warren.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The metadata keys that some component of gost reads, by the section that they stand in. */
final class MetadataKeys {
    private static final String KEEPALIVE =
            "mptcp keepalive keepalive.idle keepalive.interval keepalive.count reuseport backlog ";
    private static final String DIAL_KEEPALIVE =
            "tcp.keepalive tcp.keepalive.idle tcp.keepalive.interval tcp.keepalive.count keepalive keepalive.idle "
                    + "keepalive.interval keepalive.count ";
    private static final String MUX =
            "mux.type mux.version mux.keepaliveInterval mux.keepaliveDisabled mux.keepaliveTimeout "
                    + "mux.maxFrameSize mux.maxReceiveBuffer mux.maxStreamBuffer mux.maxStreamWindow ";
    private static final String QUIC =
            "ttl keepAlive handshakeTimeout maxIdleTimeout maxStreams enableDatagrams cipherKey "
                    + "quic.enableDatagram enableDatagram ";
    private static final String KCP =
            "kcp.configFile configFile c kcp.config config kcp.tcp tcp kcp.key kcp.crypt kcp.mode "
                    + "kcp.keepalive kcp.interval kcp.mtu kcp.rcvwnd kcp.sndwnd kcp.smuxver kcp.smuxbuf kcp.streambuf kcp.nocomp ";
    private static final String WS =
            "ws.path path ws.host host ws.backlog ws.handshakeTimeout ws.readHeaderTimeout readHeaderTimeout "
                    + "ws.readBufferSize readBufferSize ws.writeBufferSize writeBufferSize ws.enableCompression enableCompression "
                    + "ws.header header ws.keepalive ";
    private static final String PHT = "pht.authorizePath authorizePath pht.pushPath pushPath pht.pullPath pullPath ";
    private static final String GRPC =
            "grpc.backlog grpc.insecure grpcInsecure insecure grpc.path grpc.authority grpc.host "
                    + "grpc.keepalive grpc.keepalive.minTime keepalive.minTime grpc.keepalive.time keepalive.time grpc.keepalive.timeout "
                    + "keepalive.timeout grpc.keepalive.permitWithoutStream keepalive.permitWithoutStream "
                    + "grpc.keepalive.maxConnectionIdle keepalive.maxConnectionIdle grpc.minConnectTimeout minConnectTimeout ";
    private static final String SSH =
            "authorizedKeys privateKeyFile passphrase passphraseFromKeyring keepalive.retries ";
    private static final String DTLS = "dtls.mtu mtu dtls.bufferSize bufferSize dtls.flightInterval flightInterval ";

    private static final Map<String, Set<String>> KEYS = keys();
    private static final Set<String> ALL =
            KEYS.values().stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());

    private MetadataKeys() {}

    private static Map<String, Set<String>> keys() {
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        keys.put(
                "service",
                words(
                        "proxyProtocol interface so_mark netns netns.out dialTimeout ignoreChain preUp preDown postUp postDown "
                                + "enableStats observer.period observePeriod observer.resetTraffic limiter.refreshInterval "
                                + "limiter.cleanupInterval limiter.scope labels"));
        keys.put(
                "handler",
                words(
                        "skipauth api.accessLog accessLog api.pathPrefix pathPrefix readTimeout read.timeout ttl timeout clientIP dns "
                                + "bufferSize async file.dir dir file.put put idleTimeout http.keepalive keepalive proxyProtocol sniffing "
                                + "sniffing.timeout sniffing.websocket sniffing.websocket.sampleRate sniffing.fallback "
                                + "sniffing.dialOriginalDst sniffing.udp sniffing.responseTimeout mitm.certFile mitm.caCertFile mitm.keyFile "
                                + "mitm.caKeyFile mitm.alpn mitm.bypass observePeriod observer.period observer.observePeriod "
                                + "observer.resetTraffic limiter.refreshInterval limiter.cleanupInterval cache.ttl cache.serveStale "
                                + "cache.methods cache.maxBodyBytes stateless readBufferSize udp.bufferSize udpBufferSize http.header header "
                                + "http.compression compression probeResist probe_resist probeResistance knock udp hash authBasicRealm "
                                + "http.proxyAgent proxyAgent metrics.path path tproxy bind nodelay router.bufferSize entrypoint ingress sd "
                                + "sd.cache.expiration sd.renewInterval router router.cache router.cache.expiration serial.timeout "
                                + "socks.publicAddr publicAddr notls udp.resolveDomain udpResolveDomain udp.bindRange.min udp.minPort "
                                + "udp.bindRange.max udp.maxPort comp tor enableTor socks5.tor key users tun.keepalive tun.ttl tun.token token "
                                + "passphrase tun.p2p p2p udpTimeout tungo.udpTimeout multicastGroups tungo.multicastGroups ipv6 "
                                + "tcpSendBufferSize tcpReceiveBufferSize tcpModerateReceiveBuffer tungo.tcpSendBufferSize "
                                + "tungo.tcpReceiveBufferSize tungo.tcpModerateReceiveBuffer entrypoint.id entrypoint.ProxyProtocol "
                                + "entrypoint.keepalive entrypoint.compression entrypoint.readTimeout entrypoints tunnel.ttl tunnel.direct "
                                + "tunnel " + MUX));
        keys.put(
                "listener",
                words(KEEPALIVE + MUX + QUIC + KCP + WS + PHT + GRPC + SSH + DTLS
                        + "tcp.keepalive tcp.keepalive.idle tcp.keepalive.interval tcp.keepalive.count wt.path keepalive.ttl "
                        + "udp.bufferSize readQueueSize recvQueueSize stateless tproxy mode readTimeout writeTimeout timeout "
                        + "serial.timeout listener.serial.timeout name tun.name net tun.net peer tun.peer tun.mtu gw tun.gw route "
                        + "tun.route routes tun.routes dns tun.dns router tun.router guid tun.guid componentID"));
        keys.put(
                "connector",
                words(
                        "timeout connectTimeout header disable4a notls relay udp.bufferSize udpBufferSize udp.timeout key host nodelay "
                                + "tunnelID tunnel.id tunnel.weight record.mode router.id action " + MUX));
        keys.put(
                "dialer",
                words(
                        "handshakeTimeout fingerprint dialTimeout wt.host wt.path wt.header obfs.host obfs.path obfs.header "
                                + DIAL_KEEPALIVE + MUX + QUIC + KCP + WS + PHT + GRPC + SSH + DTLS));
        keys.put("node", words("interface so_mark netns proxyProtocol weight backup maxFails failTimeout"));
        keys.put("hop", words("interface so_mark netns proxyProtocol"));
        keys.put("chain", words("weight backup maxFails failTimeout"));
        keys.put("target", words("interface so_mark netns proxyProtocol weight backup maxFails failTimeout"));
        keys.put("record", words("direction timeStampFormat hexdump http.body http.maxBodySize"));
        return Map.copyOf(keys);
    }

    private static Set<String> words(String list) {
        return Set.copyOf(new TreeSet<>(Arrays.asList(list.trim().split(" +"))));
    }

    /** Of a section with metadata; of all for a command line, whose keys go to several. */
    static Set<String> of(String section, boolean commandLine) {
        return commandLine ? ALL : KEYS.getOrDefault(section, Set.of());
    }

    static boolean knows(String section, boolean commandLine, String key) {
        String lower = key.toLowerCase(Locale.ROOT);
        return lower.startsWith("cache.status.")
                || of(section, commandLine).stream()
                        .anyMatch(k -> k.toLowerCase(Locale.ROOT).equals(lower));
    }
}
