import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readModule } from './read-module.ts';
import { scanHcl } from './scan-hcl.ts';

const sample = `# variable "no" {}
/* resource "x" "y" { */
variable "size" {
  type    = number // { of
  default = { a = "}" }
}

resource "aws_instance" "web" {
  ami  = "\${var.images["eu"]}-{"
  tags = {
    Name = "web-\${terraform_data.seed.id}"
  }
  user_data = <<-EOT
    resource "not" "this" {
    EOT
  lifecycle {
    ignore_changes = [tags]
  }
  depends_on = [aws_vpc.main]
}
resource "aws_vpc" "main" { cidr = "10.0.0.0/8" }
resource "terraform_data" "seed" {
  for_each = toset(["a"])
}
module "sub" {
  source = "./sub"
}
output "id" {
  value = aws_instance.web.id
}
terraform {
  backend "s3" {}
}
`;

describe('the outline of a file', () => {
  it('lists blocks and attributes with their places', () => {
    const { blocks } = scanHcl(sample);

    expect(blocks.map(({ type, labels, line }) => [type, ...labels, line])).toEqual([
      ['variable', 'size', 3],
      ['resource', 'aws_instance', 'web', 8],
      ['resource', 'aws_vpc', 'main', 21],
      ['resource', 'terraform_data', 'seed', 22],
      ['module', 'sub', 25],
      ['output', 'id', 28],
      ['terraform', 31],
    ]);
    expect(blocks[1]?.attributes.map(({ name, line }) => [name, line])).toEqual([
      ['ami', 9],
      ['tags', 10],
      ['user_data', 13],
      ['depends_on', 19],
    ]);
  });

  it('ends for any text, and keeps within it', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '"',
      '${',
      '\n',
      '=',
      '<<EOT\n',
      'EOT\n',
      'a',
      ' ',
      '/*',
      '*/',
      '#',
      '\\',
      '[',
      ']',
    );
    const texts = fc.array(pieces, { maxLength: 60 }).map((list) => list.join(''));

    fc.assert(
      fc.property(texts, (text) => {
        const { blocks, attributes } = scanHcl(text);

        for (const { line } of [...blocks, ...attributes]) {
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
      { seed: 20_262, numRuns: 500 },
    );
  });

  it('finds every block that is written, whatever its strings hold', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
    const texts = fc
      .string({ maxLength: 20 })
      .map((text) => JSON.stringify(text).replaceAll(/[$%]\{/g, '$&{'));
    const written = fc.uniqueArray(fc.tuple(word, texts), {
      selector: ([name]) => name,
      maxLength: 8,
    });

    fc.assert(
      fc.property(written, (list) => {
        const text = list
          .map(([name, value]) => `resource "t" "${name}" {\n  a = ${value}\n}\n`)
          .join('');

        const names = scanHcl(text).blocks.map(({ labels }) => labels[1]);

        expect(names).toEqual(list.map(([name]) => name));
      }),
      { seed: 20_262, numRuns: 300 },
    );
  });
});

describe('a module', () => {
  it('is read without what a repetition makes', () => {
    const module = readModule([{ path: 'a/main.tf', text: sample }], '');

    expect(module.resources.map(({ address, dependsOn }) => [address, dependsOn])).toEqual([
      ['aws_instance.web', ['aws_vpc.main', 'terraform_data.seed']],
      ['aws_vpc.main', []],
    ]);
    expect(module.repeated.map(({ address }) => address)).toEqual(['terraform_data.seed']);
    expect(module.calls).toEqual([{ name: 'sub', source: './sub', many: false }]);
    expect(module.backend).toEqual({
      type: 's3',
      origin: { file: 'a/main.tf', line: 32, column: 3 },
    });
    expect(module.variables.get('size')?.hasDefault).toBe(true);
    expect([...module.outputs.keys()]).toEqual(['id']);
  });
});
