package io.warren.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The cluster API of a member. Waits for its answers. */
final class ConsoleClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What came back. */
    record Answer(int status, String type, String body) {}

    /** Nobody answers there. */
    static final class Unreached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreached(String message) {
            super(message, null, false, false);
        }
    }

    private final HttpClient client;
    private final CtlOptions.Access access;
    private final List<String> members;

    /** @param members that requests are about; empty for all */
    ConsoleClient(CtlOptions.Access access, List<String> members) {
        this.access = access;
        this.members = members;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
        if (access.insecure()) {
            builder.sslContext(context(new TrustManager[] {new Anybody()}));
        } else {
            access.ca().ifPresent(file -> builder.sslContext(trusting(file)));
        }
        client = builder.build();
    }

    private static SSLContext trusting(Path file) {
        try (InputStream in = new FileInputStream(file.toFile())) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return context(trust.getTrustManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw new UsageException("file " + file + " holds no certificates that can be read");
        }
    }

    private static SSLContext context(TrustManager[] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts whoever answers, whatever its name. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer send(CtlRequest request) {
        List<String> query = new ArrayList<>();
        members.forEach(member -> query.add("member=" + segment(member)));
        request.query().forEach((key, value) -> query.add(segment(key) + "=" + segment(value)));
        String more = query.isEmpty() ? "" : "?" + String.join("&", query);
        HttpRequest.Builder asked;
        try {
            asked = HttpRequest.newBuilder(
                    URI.create(access.address().replaceAll("/+$", "") + "/cluster" + request.path() + more));
        } catch (IllegalArgumentException e) {
            throw new UsageException("address \"" + access.address() + "\" (expected: http://host:port)");
        }
        asked.timeout(PATIENCE)
                .header("Authorization", "Basic " + credentials())
                .method(
                        request.method(),
                        request.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(request.body()));
        try {
            HttpResponse<String> answer = client.send(asked.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    answer.statusCode(),
                    answer.headers().firstValue("content-type").orElse(""),
                    answer.body());
        } catch (IOException e) {
            throw new Unreached(access.address() + ": " + (e.getMessage() == null ? "no connection" : e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreached(access.address() + ": interrupted");
        }
    }

    private String credentials() {
        return Base64.getEncoder()
                .encodeToString((access.user() + ":" + access.password()).getBytes(StandardCharsets.UTF_8));
    }
}
