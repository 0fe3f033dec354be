/**
 * How urgent an attacker's own work is to the machine. In life it has a machine of its own: here it must not win the
 * processor from the gateway, nor from those who measure.
 */
export const BACKGROUND = 10;
