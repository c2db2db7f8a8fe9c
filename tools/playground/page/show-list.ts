/** How the items of a list become elements. */
export interface ListView<Item, Row extends HTMLElement> {
  readonly keyOf: (item: Item) => string;
  readonly create: (item: Item) => Row;
  /** Called for every item that has its row already. */
  readonly update?: (row: Row, item: Item) => void;
}

/**
 * Keeps a list's elements in step with its items; rows that stay are not touched, so that focus and scrolling stay too.
 *
 * @returns shows the items in their order
 */
export function createListView<Item, Row extends HTMLElement>(
  list: HTMLElement,
  { keyOf, create, update }: ListView<Item, Row>,
): (items: readonly Item[]) => void {
  const rows = new Map<string, Row>();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.remove();
      rows.delete(key);
    }
    items.forEach((item, index) => {
      const key = keyOf(item);
      const known = rows.get(key);
      const row = known ?? create(item);
      if (known === undefined) rows.set(key, row);
      else update?.(row, item);
      const place = list.children[index];
      if (place !== row) list.insertBefore(row, place ?? null);
    });
  };
}
