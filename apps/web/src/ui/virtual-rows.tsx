/** A list in the page's own scroll of which only what is seen is there: thousands of rows cost nothing. */
import './virtual-rows.css';

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

export interface VirtualRowsProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly estimatePx: (item: T) => number;
  readonly label: string;
  readonly children: (item: T, index: number) => ReactNode;
}

export function VirtualRows<T>(props: VirtualRowsProps<T>): ReactNode {
  const { items, keyOf, estimatePx, label, children } = props;
  const list = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    const margin = Math.round(top + window.scrollY);
    setScrollMargin((before) => (Math.abs(before - margin) > 1 ? margin : before));
  });
  const rows = useWindowVirtualizer({
    count: items.length,
    scrollMargin,
    overscan: 12,
    estimateSize: (index) => atIndex(items, index, estimatePx) ?? 40,
    getItemKey: (index) => atIndex(items, index, keyOf) ?? index,
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which lists are not made for.
    <div
      ref={list}
      role="list"
      aria-label={label}
      className="virtual"
      style={{ height: rows.getTotalSize() }}
    >
      {rows.getVirtualItems().map(({ key, index, start }) => (
        // biome-ignore lint/a11y/useSemanticElements: as above.
        <div
          key={key}
          ref={rows.measureElement}
          data-index={index}
          role="listitem"
          aria-setsize={items.length}
          aria-posinset={index + 1}
          className="virtual-row"
          style={{ transform: `translateY(${start - scrollMargin}px)` }}
        >
          {atIndex(items, index, (item) => children(item, index))}
        </div>
      ))}
    </div>
  );
}

function atIndex<T, R>(items: readonly T[], index: number, use: (item: T) => R): R | undefined {
  const item = items[index];
  return item === undefined ? undefined : use(item);
}
