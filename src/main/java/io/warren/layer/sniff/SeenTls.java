package io.warren.layer.sniff;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.warren.codec.ClientHello;
import io.warren.codec.ServerHello;
import io.warren.net.Address;
import io.warren.net.ProxyException;
import io.warren.spi.Hellos;
import java.util.Map;
import java.util.Optional;

/** The hellos of a TLS handshake. */
final class SeenTls implements Sniffer.Seen {
    private static final int PORT = 443;
    private static final int MOST = 5 + ClientHello.LIMIT;

    private static final Map<Integer, String> VERSIONS = Map.of(
            0x0300, "sslv3",
            0x0301, "tls1.0",
            0x0302, "tls1.1",
            0x0303, "tls1.2",
            0x0304, "tls1.3");

    /** By the numbers that IANA has given them. */
    private static final Map<Integer, String> CIPHER_SUITES = Map.ofEntries(
            Map.entry(0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"),
            Map.entry(0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"),
            Map.entry(0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"),
            Map.entry(0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
            Map.entry(0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
            Map.entry(0x1301, "TLS_AES_128_GCM_SHA256"),
            Map.entry(0x1302, "TLS_AES_256_GCM_SHA384"),
            Map.entry(0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
            Map.entry(0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
            Map.entry(0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
            Map.entry(0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
            Map.entry(0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
            Map.entry(0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
            Map.entry(0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
            Map.entry(0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
            Map.entry(0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
            Map.entry(0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
            Map.entry(0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
            Map.entry(0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
            Map.entry(0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));

    private final Sniffer sniffer;
    private Optional<ClientHello> client = Optional.empty();
    private String clientRecord = "";
    private ByteBuf answer = Unpooled.buffer(0, MOST);
    private boolean over;

    SeenTls(Sniffer sniffer) {
        this.sniffer = sniffer;
    }

    @Override
    public int fromClient(ByteBuf in) {
        if (client.isPresent()) {
            return in.readableBytes();
        }
        client = ClientHello.peek(in);
        if (client.isEmpty()) {
            if (in.readableBytes() > 2 * MOST) {
                throw ProxyException.protocol("ClientHello in more than " + 2 * MOST + " bytes");
            }
            return 0;
        }
        int length = Math.min(in.readableBytes(), 5 + in.getUnsignedShort(in.readerIndex() + 3));
        clientRecord = ByteBufUtil.hexDump(in, in.readerIndex(), length);
        Optional<Address> host = client.get().serverName().map(name -> Address.of(name, PORT));
        host.ifPresent(to ->
                sniffer.session().trace().notes().ifPresent(notes -> notes.wants(notes.network(), to.toString())));
        host.ifPresentOrElse(sniffer::check, () -> sniffer.checkNameless(PORT));
        note("", 0, "", "", "");
        // Who keeps no records has seen all that it came for.
        over = sniffer.session().trace().notes().isEmpty();
        return in.readableBytes();
    }

    @Override
    public void toClient(ByteBuf out) {
        if (over) {
            return;
        }
        answer.writeBytes(out, out.readerIndex(), Math.min(out.readableBytes(), MOST - answer.writerIndex()));
        Optional<ServerHello> hello = ServerHello.peek(answer);
        if (hello.isPresent()) {
            ServerHello server = hello.get();
            note(
                    CIPHER_SUITES.getOrDefault(server.cipherSuite(), String.valueOf(server.cipherSuite())),
                    server.compressionMethod(),
                    server.application(),
                    VERSIONS.getOrDefault(server.version(), String.valueOf(server.version())),
                    ByteBufUtil.hexDump(answer, 0, 5 + answer.getUnsignedShort(3)));
            lost();
        }
    }

    private void note(String cipherSuite, int compression, String chosen, String version, String serverRecord) {
        String name = client.flatMap(ClientHello::serverName).orElse("");
        String offered =
                client.flatMap(hello -> hello.alpn().stream().findFirst()).orElse("");
        Hellos hellos = new Hellos(
                name,
                cipherSuite,
                compression,
                chosen.isEmpty() ? offered : chosen,
                version,
                clientRecord,
                serverRecord);
        sniffer.session().trace().notes().ifPresent(notes -> notes.hellos(hellos));
    }

    @Override
    public boolean over() {
        return over;
    }

    @Override
    public void lost() {
        over = true;
        answer = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public Optional<String> refusal(ProxyException why) {
        return Optional.empty();
    }
}
