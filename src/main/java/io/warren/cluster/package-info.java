/** The other members: who they are, who serves which endpoint where, and the trunk that carries bytes between them. Opens no visitor's port itself. */
package io.warren.cluster;
