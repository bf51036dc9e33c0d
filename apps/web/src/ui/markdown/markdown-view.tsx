import './markdown-view.css';

import { type ReactNode, useMemo } from 'react';

import { ForeignText } from '../foreign-text.tsx';
import type { Inline } from './parse-inline.ts';
import { type Block, parseMarkdown } from './parse-markdown.ts';

export interface MarkdownViewProps {
  readonly text: string;
  /** Shows code of that language otherwise: what can be applied. */
  readonly special?: { readonly language: string; readonly show: (text: string) => ReactNode };
}

/** Text of people, by the marks that are known and no others. */
export function MarkdownView({ text, special }: MarkdownViewProps): ReactNode {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div className="markdown">
      <Blocks blocks={blocks} special={special} />
    </div>
  );
}

interface BlocksProps {
  readonly blocks: readonly Block[];
  readonly special: MarkdownViewProps['special'] | undefined;
}

function Blocks({ blocks, special }: BlocksProps): ReactNode {
  return blocks.map((block, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text never move.
    <BlockView key={index} block={block} special={special} />
  ));
}

function BlockView(props: {
  readonly block: Block;
  readonly special: BlocksProps['special'];
}): ReactNode {
  const { block, special } = props;
  switch (block.kind) {
    case 'heading':
      return (
        <p className={`markdown-heading markdown-heading-${Math.min(block.level, 3)}`}>
          <Parts parts={block.parts} />
        </p>
      );
    case 'paragraph':
      return (
        <p>
          <Parts parts={block.parts} />
        </p>
      );
    case 'list':
      return <ListView block={block} />;
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} special={special} />
        </blockquote>
      );
    case 'code':
      return special?.language === block.language ? special.show(block.text) : <Code {...block} />;
    case 'rule':
      return <hr />;
    case 'folded':
      return (
        <details>
          <summary>
            <Parts parts={block.summary} />
          </summary>
          <Blocks blocks={block.blocks} special={special} />
        </details>
      );
  }
}

function ListView({ block }: { readonly block: Extract<Block, { readonly kind: 'list' }> }) {
  const items = block.items.map((parts, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the items of one text never move.
    <li key={index}>
      <Parts parts={parts} />
    </li>
  ));
  return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function Code(props: { readonly language: string; readonly text: string }): ReactNode {
  const { language, text } = props;
  if (language !== 'diff') {
    return (
      <pre>
        <ForeignText>{text}</ForeignText>
      </pre>
    );
  }
  return (
    <pre>
      {text.split('\n').map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never move.
        <span key={index} className={`markdown-line markdown-line-${toneOf(line)}`}>
          <ForeignText>{line}</ForeignText>
        </span>
      ))}
    </pre>
  );
}

function toneOf(line: string): string {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}

function Parts({ parts }: { readonly parts: readonly Inline[] }): ReactNode {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
    <Part key={index} part={part} />
  ));
}

function Part({ part }: { readonly part: Inline }): ReactNode {
  switch (part.kind) {
    case 'text':
      return <ForeignText>{part.text}</ForeignText>;
    case 'code':
      return (
        <code>
          <ForeignText>{part.text}</ForeignText>
        </code>
      );
    case 'strong':
      return (
        <strong>
          <Parts parts={part.parts} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Parts parts={part.parts} />
        </em>
      );
    case 'small':
      return (
        <small>
          <Parts parts={part.parts} />
        </small>
      );
    case 'link':
      return (
        <a href={part.address} target="_blank" rel="noopener noreferrer nofollow">
          <Parts parts={part.parts} />
        </a>
      );
  }
}
