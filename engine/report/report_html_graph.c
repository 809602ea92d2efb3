/* SPDX-License-Identifier: Apache-2.0 */
/* How the facts led to a finding, as an inline SVG: facts at the left, those
 * that were worked out from them beside them, then the finding, then what it
 * explains. Text in a drawing does not wrap, so lines are cut to what fits;
 * the whole text stands in the page. */

#include "base/map.h"
#include "report/report_html.h"
#include "text/markup.h"
#include "text/utf8.h"

enum {
    FACTS_MOST = 24, /* drawn; then how many more */
    EXPLAINED_MOST = 8,
    CAUSES_MOST = 6,
    DEPTH_MOST = 2, /* columns of facts that are worked out */
    FACT_WIDTH = 265,
    BOX_WIDTH = 230,
    COLUMN_GAP = 56,
    ROW_GAP = 14,
    LINE_HEIGHT = 18,
    PADDING = 12,
    LINES_MOST = 5,
    MONO_CELL_TENTHS = 73, /* of 12 px */
    SANS_CELL_TENTHS = 72  /* of 13 px, wide letters counted in */
};

struct line {
    const char *style; /* class of the text */
    ar_str text;       /* safe, cut */
};

struct box {
    size_t column;
    size_t x, y, width, height;
    const char *style; /* class of the group, or "" */
    struct line lines[LINES_MOST];
    size_t n_lines;
};

struct edge {
    const struct box *from;
    const struct box *to;
    bool is_possible;
};

typedef AR_VECTOR(struct box *) box_vector;

struct graph {
    struct ar_arena *arena;
    const struct ar_report_plan *plan;
    const struct ar_report_entry *entry;
    box_vector boxes;
    AR_VECTOR(struct edge) edges;
    struct box *root;
    struct box **fact_boxes; /* of each fact that is drawn */
    size_t *depths;          /* of each fact: 0 if it was not worked out */
    size_t n_facts;
    size_t n_columns;
};

/* ---- text that fits ---- */

static ar_str make_safe(const struct graph *graph, ar_str text)
{
    struct ar_buf safe = AR_BUF(graph->arena);
    ar_utf8_put_safe(&safe, ar_report_mask(graph->plan, text), false);
    return ar_buf_view(&safe);
}

/* The length of what fits in so many cells. */
static size_t measure(ar_str safe, size_t cells)
{
    size_t offset = 0;
    size_t fitting = 0;
    size_t used = 0;
    while (offset < safe.len) {
        used += ar_utf8_cells(ar_utf8_next(safe, &offset));
        if (used > cells)
            return fitting;
        fitting = offset;
    }
    return safe.len;
}

static ar_str clip(const struct graph *graph, ar_str safe, size_t cells)
{
    if (measure(safe, cells) == safe.len)
        return safe;
    size_t length = measure(safe, cells - 1);
    return ar_str_concat(graph->arena, ar_str_slice(safe, 0, length),
                         AR_STR("\xe2\x80\xa6"));
}

static size_t count_cells(const struct box *box, size_t tenths)
{
    return (box->width - 2 * PADDING) * 10 / tenths;
}

static void add_line(const struct graph *graph, struct box *box,
                     const char *style, ar_str text)
{
    bool is_mono = style[0] == 'm';
    size_t cells =
        count_cells(box, is_mono ? MONO_CELL_TENTHS : SANS_CELL_TENTHS);
    if (text.len == 0 || box->n_lines == LINES_MOST)
        return;
    box->lines[box->n_lines++] =
        (struct line){style, clip(graph, make_safe(graph, text), cells)};
}

/* As many lines as are left but one; the last of them is cut. */
static void add_paragraph(const struct graph *graph, struct box *box,
                          ar_str text)
{
    ar_str safe = make_safe(graph, text);
    size_t cells = count_cells(box, SANS_CELL_TENTHS);
    while (safe.len > 0 && box->n_lines + 1 < LINES_MOST) {
        size_t length = measure(safe, cells);
        bool is_last = box->n_lines + 2 == LINES_MOST;
        for (size_t at = length; length < safe.len && at > 0; at--) {
            if (safe.ptr[at] == ' ') {
                length = at;
                break;
            }
        }
        ar_str line =
            is_last ? clip(graph, safe, cells) : ar_str_slice(safe, 0, length);
        box->lines[box->n_lines++] = (struct line){"b", line};
        safe = ar_str_trim(ar_str_slice(safe, length, safe.len));
    }
}

static struct box *add_box(struct graph *graph, size_t column, size_t width,
                           const char *style)
{
    struct box *box = AR_NEW(graph->arena, struct box);
    *box = (struct box){.column = column, .width = width, .style = style};
    ar_vector_push(graph->arena, &graph->boxes, box);
    return box;
}

static void add_edge(struct graph *graph, const struct box *from,
                     const struct box *to, bool is_possible)
{
    struct edge edge = {from, to, is_possible};
    ar_vector_push(graph->arena, &graph->edges, edge);
}

/* ---- what was worked out from what ---- */

struct reading {
    const struct ar_fact_decl *wanted;
    bool is_read;
};

static void look_for(struct ar_expr *expr, void *user)
{
    struct reading *reading = user;
    if (expr->kind == AR_EXPR_FACT && &expr->fact->decl == reading->wanted)
        reading->is_read = true;
}

static bool reads(struct ar_expr *expr, const struct ar_fact_decl *wanted)
{
    struct reading reading = {.wanted = wanted};
    if (expr != NULL)
        ar_expr_walk(expr, look_for, &reading);
    return reading.is_read;
}

/* A compiled pack does not hold what definitions say: then nothing is drawn
 * between facts. */
static bool is_worked_out_from(const struct ar_evidence *fact,
                               const struct ar_evidence *other)
{
    if (fact->decl == NULL || !fact->decl->is_derived || other->decl == NULL ||
        other == fact)
        return false;
    const struct ar_fact *declared = (const struct ar_fact *)fact->decl;
    for (size_t ix = 0; ix < declared->definitions.count; ix++) {
        const struct ar_definition *definition = &declared->definitions.at[ix];
        if (reads(definition->expr, other->decl) ||
            reads(definition->guard, other->decl))
            return true;
    }
    return false;
}

static bool is_read_by_rule(const struct ar_rule *rule,
                            const struct ar_evidence *fact)
{
    if (reads(rule->applies, fact->decl) || reads(rule->when, fact->decl) ||
        reads(rule->each, fact->decl) || reads(rule->key, fact->decl))
        return true;
    for (size_t ix = 0; ix < rule->details->lets.count; ix++) {
        if (reads(rule->details->lets.at[ix]->expr, fact->decl))
            return true;
    }
    return false;
}

/* Definitions have no cycles, so depths settle in as many rounds as there are
 * columns. */
static void find_depths(struct graph *graph)
{
    const ar_evidence_vector *facts = &graph->entry->finding->facts;
    graph->depths = AR_NEW_ARRAY(graph->arena, size_t, graph->n_facts);
    for (size_t round = 0; round < DEPTH_MOST; round++) {
        for (size_t ix = 0; ix < graph->n_facts; ix++) {
            for (size_t nth = 0; nth < graph->n_facts; nth++) {
                size_t least = graph->depths[nth] + 1;
                if (least <= DEPTH_MOST && graph->depths[ix] < least &&
                    is_worked_out_from(&facts->at[ix], &facts->at[nth]))
                    graph->depths[ix] = least;
            }
        }
    }
}

/* ---- boxes ---- */

static void add_fact(struct graph *graph, size_t ix)
{
    const struct ar_evidence *fact = &graph->entry->finding->facts.at[ix];
    ar_str value = ar_report_value_text(graph->plan, fact->decl, fact->value);
    struct box *box =
        add_box(graph, graph->depths[ix],
                graph->depths[ix] == 0 ? FACT_WIDTH : BOX_WIDTH, "");
    add_line(graph, box, "m", fact->key);
    add_line(graph, box, "m b",
             ar_report_join(graph->plan, AR_STR("="), " ",
                            value.len > 0 ? value : AR_STR("\"\"")));
    add_line(graph, box, "s", ar_report_origin_text(graph->plan, fact));
    graph->fact_boxes[ix] = box;
}

static void add_rest(struct graph *graph, size_t column, size_t width,
                     size_t count, const char *noun)
{
    if (count == 0)
        return;
    struct box *box = add_box(graph, column, width, "");
    ar_str text = ar_report_count_text(graph->plan, count, noun);
    add_line(graph, box, "s",
             ar_report_join(graph->plan, text, " ", AR_STR("more")));
    if (column == 0)
        add_edge(graph, box, graph->root, false);
    else
        add_edge(graph, graph->root, box, false);
}

static void connect_facts(struct graph *graph)
{
    const struct ar_finding *finding = graph->entry->finding;
    for (size_t ix = 0; ix < graph->n_facts; ix++) {
        bool is_used = false;
        const struct ar_evidence *fact = &finding->facts.at[ix];
        for (size_t nth = 0; nth < graph->n_facts; nth++) {
            if (graph->depths[nth] <= graph->depths[ix] ||
                !is_worked_out_from(&finding->facts.at[nth], fact))
                continue;
            add_edge(graph, graph->fact_boxes[ix], graph->fact_boxes[nth],
                     false);
            is_used = true;
        }
        if (!is_used || is_read_by_rule(finding->rule, fact))
            add_edge(graph, graph->fact_boxes[ix], graph->root, false);
    }
}

static void add_facts(struct graph *graph)
{
    const struct ar_finding *finding = graph->entry->finding;
    graph->fact_boxes =
        AR_NEW_ARRAY(graph->arena, struct box *, graph->n_facts);
    for (size_t ix = 0; ix < graph->n_facts; ix++)
        add_fact(graph, ix);
    connect_facts(graph);
    add_rest(graph, 0, FACT_WIDTH, finding->facts.count - graph->n_facts,
             "fact");
    for (size_t ix = 0; ix < finding->possible_causes.count && ix < CAUSES_MOST;
         ix++) {
        const struct ar_rule *rule = finding->possible_causes.at[ix];
        struct box *box = add_box(graph, 0, FACT_WIDTH, "maybe");
        add_line(graph, box, "s", AR_STR("possible cause, not decided"));
        add_line(graph, box, "m", rule->id);
        add_edge(graph, box, graph->root, true);
    }
}

static void add_root(struct graph *graph, size_t column)
{
    const struct ar_finding *finding = graph->entry->finding;
    struct box *box = add_box(graph, column, BOX_WIDTH, "root");
    add_line(graph, box, "s",
             ar_str_from_c(ar_report_severity_words[finding->rule->severity]));
    add_paragraph(graph, box, ar_report_finding_title(graph->plan, finding));
    graph->root = box;
}

static void add_explained(struct graph *graph, size_t column)
{
    const struct ar_report_entry *entry = graph->entry;
    size_t count = entry->explains.count;
    size_t shown = count < EXPLAINED_MOST ? count : EXPLAINED_MOST;
    for (size_t ix = 0; ix < shown; ix++) {
        const struct ar_finding *finding = entry->explains.at[ix];
        struct box *box = add_box(graph, column, BOX_WIDTH, "");
        add_line(graph, box, "s", AR_STR("explains"));
        add_paragraph(graph, box,
                      ar_report_finding_title(graph->plan, finding));
        add_edge(graph, graph->root, box, false);
    }
    add_rest(graph, column, BOX_WIDTH, count - shown, "finding");
}

static void build(struct graph *graph)
{
    size_t deepest = 0;
    size_t n_facts = graph->entry->finding->facts.count;
    graph->n_facts = n_facts < FACTS_MOST ? n_facts : FACTS_MOST;
    find_depths(graph);
    for (size_t ix = 0; ix < graph->n_facts; ix++) {
        if (graph->depths[ix] > deepest)
            deepest = graph->depths[ix];
    }
    add_root(graph, deepest + 1);
    add_facts(graph);
    add_explained(graph, deepest + 2);
    graph->n_columns = deepest + 2 + (graph->entry->explains.count > 0 ? 1 : 0);
}

/* ---- places ---- */

struct size {
    size_t width;
    size_t height;
};

static size_t stack_column(struct graph *graph, size_t column, size_t x,
                           size_t *width)
{
    size_t y = 0;
    *width = 0;
    for (size_t ix = 0; ix < graph->boxes.count; ix++) {
        struct box *box = graph->boxes.at[ix];
        if (box->column != column)
            continue;
        box->x = x;
        box->y = y;
        box->height = box->n_lines * LINE_HEIGHT + 2 * PADDING - 4;
        y += box->height + ROW_GAP;
        *width = box->width > *width ? box->width : *width;
    }
    return y > 0 ? y - ROW_GAP : 0;
}

/* Every column stands in the middle of the highest one. */
static struct size place(struct graph *graph)
{
    struct size size = {1, 0};
    size_t heights[DEPTH_MOST + 3] = {0};
    for (size_t column = 0; column < graph->n_columns; column++) {
        size_t width = 0;
        heights[column] = stack_column(graph, column, size.width, &width);
        size.width += width + COLUMN_GAP;
        if (heights[column] > size.height)
            size.height = heights[column];
    }
    for (size_t ix = 0; ix < graph->boxes.count; ix++) {
        struct box *box = graph->boxes.at[ix];
        box->y += (size.height - heights[box->column]) / 2 + 1;
    }
    size.width -= COLUMN_GAP - 1;
    size.height += 2;
    return size;
}

/* ---- drawing ---- */

static void draw_box(struct ar_buf *out, const struct box *box)
{
    ar_buf_printf(out,
                  "<g class=\"%s\"><rect x=\"%zu\" y=\"%zu\" width=\"%zu\" "
                  "height=\"%zu\" rx=\"7\"/>",
                  box->style, box->x, box->y, box->width, box->height);
    for (size_t ix = 0; ix < box->n_lines; ix++) {
        ar_buf_printf(out, "<text class=\"%s\" x=\"%zu\" y=\"%zu\">",
                      box->lines[ix].style, box->x + PADDING,
                      box->y + PADDING + LINE_HEIGHT * ix + 11);
        ar_markup_put_text(out, box->lines[ix].text);
        ar_buf_put_c(out, "</text>");
    }
    ar_buf_put_c(out, "</g>\n");
}

static void draw_edge(struct ar_buf *out, const struct edge *edge,
                      size_t number)
{
    size_t x1 = edge->from->x + edge->from->width;
    size_t y1 = edge->from->y + edge->from->height / 2;
    size_t x2 = edge->to->x;
    size_t y2 = edge->to->y + edge->to->height / 2;
    size_t bend = x2 - COLUMN_GAP / 2;
    ar_buf_printf(out,
                  "<path%s d=\"M%zu %zuH%zuC%zu %zu %zu %zu %zu %zu\" "
                  "marker-end=\"url(#arrow-%zu)\"/>\n",
                  edge->is_possible ? " class=\"maybe\"" : "", x1, y1,
                  x2 - COLUMN_GAP, bend, y1, bend, y2, x2 - 2, y2, number);
}

void ar_report_html_graph(struct ar_report_html *html,
                          const struct ar_report_entry *entry, size_t number)
{
    struct graph graph = {
        .arena = html->out->arena, .plan = html->plan, .entry = entry};
    if (entry->finding->facts.count == 0)
        return;
    build(&graph);
    struct size size = place(&graph);
    ar_buf_printf(html->out,
                  "<figure class=\"graph\" tabindex=\"0\" "
                  "aria-labelledby=\"g%zu\"><figcaption id=\"g%zu\">How the "
                  "facts led here</figcaption>\n"
                  "<svg role=\"img\" aria-labelledby=\"g%zu\" "
                  "width=\"%zu\" height=\"%zu\" viewBox=\"0 0 %zu %zu\">\n"
                  "<marker id=\"arrow-%zu\" viewBox=\"0 0 8 8\" refX=\"7\" "
                  "refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
                  "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker>\n",
                  number, number, number, size.width, size.height, size.width,
                  size.height, number);
    for (size_t ix = 0; ix < graph.edges.count; ix++)
        draw_edge(html->out, &graph.edges.at[ix], number);
    for (size_t ix = 0; ix < graph.boxes.count; ix++)
        draw_box(html->out, graph.boxes.at[ix]);
    ar_report_html_c(html, "</svg></figure>\n");
}
