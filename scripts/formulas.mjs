// Renders every formula of the generated documentation with KaTeX, strictly:
// node scripts/formulas.mjs DOCUMENTATION HEADER. Fails at the first pages with a formula that
// KaTeX rejects, if there is no formula at all, if a page lacks the header that renders them, or
// if the header names another KaTeX than docs/katex has.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, header] = process.argv.slice(2);
const library = new URL("../docs/katex/katex.min.js", import.meta.url);
const katex = createRequire(import.meta.url)(library.pathname);
const digest = createHash("sha384").update(readFileSync(library)).digest("base64");
const problems = [];
if (!readFileSync(header, "utf8").includes(`sha384-${digest}`)) {
    problems.push(`${header} does not have the digest of docs/katex/katex.min.js`);
}

function unescape(html) {
    const names = { lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", amp: "&" };
    return html.replace(/<[^>]*>/g, "").replace(/&(lt|gt|quot|#39|#x27|amp);/g, (_, name) => names[name]);
}

let count = 0;
for (const entry of readdirSync(folder, { recursive: true })) {
    if (!entry.endsWith(".html")) continue;
    const page = readFileSync(join(folder, entry), "utf8");
    const blocks = page.matchAll(/<pre class="[^"]*language-math[^"]*"><code>([^]*?)<\/code><\/pre>/g);
    const inline = page.matchAll(/<code>\$([^<]+)\$<\/code>/g);
    for (const [formulas, displayMode] of [[blocks, true], [inline, false]]) {
        for (const [, html] of formulas) {
            count += 1;
            const formula = unescape(html);
            try {
                katex.renderToString(formula, { displayMode, strict: "error", throwOnError: true });
            } catch (error) {
                problems.push(`${entry}: ${formula.trim()}\n    ${error.message}`);
            }
            if (!page.includes("katex.min.js")) problems.push(`${entry} lacks the header`);
        }
    }
}
if (count === 0) problems.push(`${folder} has no formula`);
for (const problem of problems) console.error(problem);
console.log(`${count} formulas rendered, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
