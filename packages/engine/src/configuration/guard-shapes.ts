/** What rules ask of people and of plans, as `trueup.yaml` has it. */
import { adviseName, isJsonList } from '@trueup/diagnostics';
import { isRisk, risks } from '../rules/risk.ts';
import type { GuardCondition, GuardRule } from './configuration.ts';
import { resourceGlobRules } from './match-glob.ts';
import { flag, integer, listOf, optional, record, required, type Shape, text } from './shape.ts';

export interface WrittenRequirement {
  readonly count?: number;
  readonly from?: readonly string[];
  readonly excludeAuthor?: boolean;
  readonly when?: string;
  readonly say?: string;
}

/** What is wrong with a condition, if anything. Without it all are refused. */
interface Vocabulary {
  readonly checkCondition?: (condition: string) => string | undefined;
}

/** One requirement, or a list of them. */
export function approvalsShape(vocabulary: Vocabulary): Shape<readonly WrittenRequirement[]> {
  const one = record({
    ...people,
    when: optional(
      conditionShape(vocabulary),
      `It is asked where this holds: ${risks.join(', ')}, or a condition in CEL. Always if absent.`,
    ),
  });
  const several = listOf(one, { maxItems: 50 });
  return {
    schema: { anyOf: [one.schema, several.schema] },
    read: (place) => {
      if (isJsonList(place.value)) return several.read(place);
      const read = one.read(place);
      return read && [read];
    },
  };
}

const people = {
  count: optional(integer(1, 20), 'How many different people have to approve; 1 if absent.'),
  from: optional(
    listOf(
      text({
        is: 'a group or a member',
        check: (who) =>
          /^(?:(?:group|member):[^\s:/]{1,100}|codeowners)$/.test(who)
            ? undefined
            : 'is no group and no member',
        advice: 'Write `group:NAME`, `member:NAME` or `codeowners`.',
        schema: { pattern: '^((group|member):[^\\s:/]+|codeowners)$' },
      }),
      { maxItems: 100 },
    ),
    'Whose approval counts: `group:NAME`, `member:NAME`, `codeowners` (those of the files that changed). Anybody who may approve if absent.',
  ),
  excludeAuthor: optional(
    flag(),
    'Whoever wrote or sent the commits does not count; false if absent.',
  ),
};

export function guardsShape(
  vocabulary: Vocabulary,
): Shape<Partial<GuardRule> & { readonly require?: readonly WrittenRequirement[] }> {
  const condition = conditionShape(vocabulary);
  const when = required(condition, 'A risk, or a condition in CEL: `change.action == "delete"`.');
  const guard: Shape<GuardCondition> = record({
    when,
    say: required(said, 'What people are told.'),
  });
  const requirement: Shape<WrittenRequirement> = record({
    ...people,
    when,
    say: required(said, 'Why they are asked, half a sentence: `it changes who may log in`.'),
  });
  return record({
    maxDeletions: optional(
      integer(0, 1_000_000),
      'So many resources may be deleted at once; 10 if absent.',
    ),
    maxDeletionsPercent: optional(
      integer(0, 100),
      'Of the stack, from five resources on; 20 if absent.',
    ),
    deny: optional(listOf(guard, { maxItems: 100 }), 'Changes that need a word from a person.'),
    warn: optional(listOf(guard, { maxItems: 100 }), 'Changes that people are told of.'),
    require: optional(
      listOf(requirement, { maxItems: 100 }),
      'Plans that need approvals besides those of `approvals`.',
    ),
    allowProtected: optional(
      listOf(text(resourceGlobRules), { maxItems: 200 }),
      'Protected resources that may be deleted or replaced: `PersistentVolumeClaim/shop/*`.',
    ),
  });
}

const said = text({ is: 'a text' });

function conditionShape({ checkCondition = refuseCondition }: Vocabulary): Shape<string> {
  return text({
    is: 'a condition',
    maxLength: 4000,
    check: (written) => {
      if (isRisk(written)) return undefined;
      // A word that is no risk was meant for one: as CEL it would be a variable that is not there.
      const isWord = /^[a-z-]+$/.test(written) && !['true', 'false'].includes(written);
      if (!isWord) return checkCondition(written);
      const advice = adviseName(written, risks);
      return `is no risk and no condition${advice === undefined ? '' : `. ${advice}`}`;
    },
    advice: `Write a risk (${risks.join(', ')}) or CEL over \`change\`, \`plan\`, \`stack\` and \`mergeRequest\`: \`change.id.kind == "Namespace"\`.`,
  });
}

/** A guard that nobody asks protects nothing, and its author would believe that it did. */
function refuseCondition(): string {
  return 'cannot be asked by this installation, which evaluates no conditions';
}
