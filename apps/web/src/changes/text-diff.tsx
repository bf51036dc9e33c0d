import './field-lines.css';

import { type ReactNode, useMemo, useState } from 'react';

import { Button } from '../ui/button.tsx';
import { ForeignText } from '../ui/foreign-text.tsx';
import { diffLines, foldSame, type ShownLine } from './diff-lines.ts';

const signs = { added: '+', removed: '−', same: ' ' } as const;
const mostLines = 60;

/** Two texts, line by line. */
export function TextDiff(props: { readonly before: string; readonly after: string }): ReactNode {
  const { before, after } = props;
  const lines = useMemo(() => foldSame(diffLines(before, after)), [before, after]);
  const [whole, setWhole] = useState(false);
  const shown = whole ? lines : lines.slice(0, mostLines);
  return (
    <div className="text-diff">
      <pre>
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of two given texts never move.
          <Line key={index} line={line} />
        ))}
      </pre>
      {shown.length < lines.length && (
        <Button tone="bare" onClick={() => setWhole(true)}>
          Show all {lines.length.toLocaleString('en')} lines
        </Button>
      )}
    </div>
  );
}

function Line({ line }: { readonly line: ShownLine }): ReactNode {
  if (line.kind === 'skipped') {
    return <span className="text-line text-line-skipped">{line.count} lines stay</span>;
  }
  return (
    <span className={`text-line text-line-${line.kind}`}>
      <span className="text-line-sign">{signs[line.kind]}</span>
      <ForeignText>{line.text}</ForeignText>
    </span>
  );
}
