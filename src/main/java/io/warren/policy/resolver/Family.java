package io.warren.policy.resolver;

/** What is asked for. */
enum Family {
    IPV4(1, 4),
    IPV6(28, 16);

    /** The type of a question and of its records: A, AAAA. */
    final int type;

    /** Of an address, in bytes. */
    final int length;

    Family(int type, int length) {
        this.type = type;
        this.length = length;
    }

    Family other() {
        return this == IPV4 ? IPV6 : IPV4;
    }
}
