package io.warren.spi;

/** What we log in with, or what a client has to log in with. */
public record Credentials(String user, Secret password) {}
