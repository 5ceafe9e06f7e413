/**
 * The straight line that a connection takes: {@link io.warren.service.ServiceVerticle} from accept to last byte, the door before it and the journal
 * behind it; and the ports that agents bind.
 */
package io.warren.service;
