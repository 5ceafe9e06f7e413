package io.warren.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A source as it was retrieved.
 *
 * @param name in positions
 * @param json what its text is, else YAML
 * @param lowerCase whether gost drops the case of its keys: everything but inline JSON
 * @param file on disk, when it is one
 */
record Document(String name, String text, boolean json, boolean lowerCase, Optional<Path> file) {
    Mapping read() {
        return DocumentReader.read(name, text, json, lowerCase);
    }
}
