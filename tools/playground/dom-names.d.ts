/**
 * The names of the DOM that the types of playwright-core use. The library `dom` would declare them too, and with them a
 * `document` and a `window` that no code on Node has.
 */
interface Node {
  readonly nodeType: number;
}

interface HTMLElement extends Node {
  readonly tagName: string;
}

interface SVGElement extends Node {
  readonly tagName: string;
}

type HTMLElementTagNameMap = Readonly<Record<string, HTMLElement>>;
