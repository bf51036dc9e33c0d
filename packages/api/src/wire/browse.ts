import {
  integer,
  list,
  object,
  optional,
  type Schema,
  text,
  truth,
  union,
  words,
} from '../schema/schema.ts';
import { type PageQuery, pageQuery } from './page.ts';

export interface Branch {
  readonly name: string;
  readonly commit: string;
  readonly isDefault: boolean;
  /** It changes by merge requests only. */
  readonly isProtected: boolean;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'program' | 'link' | 'folder' | 'submodule';
}

/** What lies at a path: a folder, a file that is text, or why a page does not show it. */
export type PathContent =
  /** `more`: there are further entries. */
  | { readonly kind: 'folder'; readonly entries: readonly FolderEntry[]; readonly more: boolean }
  /** The whole of it, up to a mebibyte. */
  | { readonly kind: 'text'; readonly size: number; readonly text: string }
  | { readonly kind: 'binary'; readonly size: number }
  | { readonly kind: 'large'; readonly size: number }
  /** Git LFS keeps it elsewhere. */
  | { readonly kind: 'lfs'; readonly oid: string; readonly size: number }
  /** A symbolic link, and where it leads to. */
  | { readonly kind: 'link'; readonly text: string }
  | { readonly kind: 'submodule'; readonly commit: string };

export interface PathView {
  readonly path: string;
  readonly commit: string;
  /** Absent where a commit was named. */
  readonly branch?: string;
  readonly content: PathContent;
}

export interface PathQuery {
  /** A branch, or a whole commit. The default branch if absent. */
  readonly revision?: string;
  /** The root if absent. */
  readonly path?: string;
}

export interface HistoryQuery extends PathQuery, PageQuery {}

export interface HistoryEntry {
  readonly commit: string;
  /** As the commit says, which anybody writes. */
  readonly author: { readonly login: string; readonly email: string };
  readonly at: string;
  readonly summary: string;
}

export const branchSchema: Schema<Branch> = object<Branch>(
  { name: text(), commit: text(), isDefault: truth(), isProtected: truth() },
  'Branch',
);

const folderEntrySchema: Schema<FolderEntry> = object<FolderEntry>(
  { name: text(), kind: words(['file', 'program', 'link', 'folder', 'submodule'] as const) },
  'FolderEntry',
);

type Of<K extends PathContent['kind']> = Extract<PathContent, { readonly kind: K }>;

const contentSchema: Schema<PathContent> = union(
  [
    object<Of<'folder'>>({
      kind: words(['folder'] as const),
      entries: list(folderEntrySchema),
      more: truth(),
    }),
    object<Of<'text'>>({ kind: words(['text'] as const), size: integer(), text: text() }),
    object<Of<'binary'>>({ kind: words(['binary'] as const), size: integer() }),
    object<Of<'large'>>({ kind: words(['large'] as const), size: integer() }),
    object<Of<'lfs'>>({ kind: words(['lfs'] as const), oid: text(), size: integer() }),
    object<Of<'link'>>({ kind: words(['link'] as const), text: text() }),
    object<Of<'submodule'>>({ kind: words(['submodule'] as const), commit: text() }),
  ],
  'PathContent',
);

export const pathViewSchema: Schema<PathView> = object<PathView>(
  { path: text(), commit: text(), branch: optional(text()), content: contentSchema },
  'PathView',
);

const place = {
  revision: optional(text({ minLength: 1, maxLength: 250 })),
  path: optional(text({ maxLength: 4096 })),
};

export const pathQuerySchema: Schema<PathQuery> = object<PathQuery>(place);
export const historyQuerySchema: Schema<HistoryQuery> = object<HistoryQuery>({
  ...pageQuery,
  ...place,
});

export const historyEntrySchema: Schema<HistoryEntry> = object<HistoryEntry>(
  {
    commit: text(),
    author: object<HistoryEntry['author']>({ login: text(), email: text() }),
    at: text(),
    summary: text(),
  },
  'HistoryEntry',
);
