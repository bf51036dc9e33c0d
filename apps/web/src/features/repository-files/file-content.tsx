import type { PathContent } from '@trueup/api';
import { type ReactNode, useMemo } from 'react';

import { ForeignText } from '../../ui/foreign-text.tsx';
import { Empty } from '../../ui/states.tsx';
import { VirtualRows } from '../../ui/virtual-rows.tsx';
import { formatBytes } from './format-bytes.ts';

/** A file, or why it is not shown; nothing of a folder. */
export function FileContent({ content }: { readonly content: PathContent }): ReactNode {
  switch (content.kind) {
    case 'folder':
      return null;
    case 'text':
      return <TextLines text={content.text} />;
    case 'binary':
      return <Empty title="This is no text">It has {formatBytes(content.size)}.</Empty>;
    case 'large':
      return (
        <Empty title="It is too large to be shown">
          It has {formatBytes(content.size)}. Clone the repository to read it.
        </Empty>
      );
    case 'lfs':
      return (
        <Empty title="Git LFS keeps it elsewhere">
          <p>What lies here names a file of {formatBytes(content.size)}:</p>
          <code>{content.oid}</code>
        </Empty>
      );
    case 'link':
      return (
        <Empty title="A symbolic link">
          It leads to <ForeignText>{content.text}</ForeignText>
        </Empty>
      );
    case 'submodule':
      return (
        <Empty title="A submodule">
          Commit <code>{content.commit}</code> of another repository. Trueup reads none of it.
        </Empty>
      );
  }
}

interface TextLine {
  readonly number: number;
  readonly text: string;
}

function TextLines({ text }: { readonly text: string }): ReactNode {
  const lines = useMemo(() => splitLines(text), [text]);
  if (text === '') return <Empty title="The file is empty" />;
  return (
    <div className="panel files-text">
      <VirtualRows
        items={lines}
        keyOf={({ number }) => `${number}`}
        estimatePx={() => 20}
        label="Lines of the file"
      >
        {(line) => (
          <div className="files-line">
            <span className="files-number" aria-hidden="true">
              {line.number}
            </span>
            <code>
              <ForeignText>{line.text}</ForeignText>
            </code>
          </div>
        )}
      </VirtualRows>
    </div>
  );
}

/** A line end at the end of the text begins no further line. */
function splitLines(text: string): readonly TextLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => ({ number: index + 1, text: line.replace(/\r$/, '') }));
}
