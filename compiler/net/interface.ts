/** Names of interfaces. */
/** A name of an interface; with `wildcard` every name that starts so (`ppp+`). */
export interface InterfacePattern {
  readonly name: string;
  readonly wildcard: boolean;
}
