<?php
// SPDX-License-Identifier: EUPL-1.2
// The public page of a partnership as a careful PHP programmer would write it: a connection that is
// kept, the same one statement, prepared once per connection, the document read with SimpleXML,
// names of codes from a file that the byte code cache holds, an ETag over the page.
// peer-data.php (made by bench.py): where the database is, the statement, codes, and what stands
// around every page.
$data = require __DIR__ . '/peer-data.php';
const XML = 'http://www.w3.org/XML/1998/namespace';
const LANG = 'en';

function h($s): string
{
    return htmlspecialchars((string) $s, ENT_QUOTES | ENT_SUBSTITUTE);
}

// The text in the page's language, else the first.
function text($elements): array
{
    foreach ($elements as $e) {
        if ((string) $e->attributes(XML)['lang'] === LANG) {
            return [(string) $e, LANG];
        }
    }
    return isset($elements[0]) ? [(string) $elements[0], (string) $elements[0]->attributes(XML)['lang']] : ['', ''];
}

function span($elements): string
{
    [$text, $lang] = text($elements);
    return '<span lang="' . h($lang) . '" dir="auto">' . h($text) . '</span>';
}

function prose($elements): string
{
    [$text, $lang] = text($elements);
    $paragraphs = implode("</p>\n<p>", array_map('h', preg_split('/\n\n+/', $text)));
    return '<div class="cc-prose" dir="auto"' . "\n" . 'lang="' . h($lang) . "\"\n>\n<p>$paragraphs</p>\n</div>\n";
}

function code(string $list, $code): string
{
    global $data;
    return h($data['codes'][$list][(string) $code] ?? $code);
}

function row(string $label, string $html): string
{
    return "<dt>$label</dt>\n<dd>$html</dd>\n";
}

function outside($url, string $html): string
{
    $safe = preg_match('#^https?://#', (string) $url) ? h($url) : '#';
    return "<a class=\"cc-address\" href=\"$safe\" rel=\"noreferrer\" dir=\"ltr\">$html</a>";
}

function link_to(string $plural, string $id, ?string $title, ?string $lang): string
{
    return '<a href="/en/' . $plural . '/' . rawurlencode($id) . '"><span lang="' . h($lang) . '" dir="auto">'
        . h($title) . '</span></a>';
}

function section(string $id, string $heading, string $html): string
{
    return "<section aria-labelledby=\"$id\">\n<h2 id=\"$id\">$heading</h2>\n$html</section>\n";
}

if (!preg_match('#^/en/partnerships/([A-Z0-9]{14})$#', $_SERVER['REQUEST_URI'], $m)) {
    http_response_code(404);
    exit;
}
$id = $m[1];
$db = pg_pconnect($data['conninfo']);
$result = @pg_execute($db, 'page', [$id, LANG]);
if ($result === false) {
    pg_prepare($db, 'page', $data['sql']);
    $result = pg_execute($db, 'page', [$id, LANG]);
}
$record = pg_fetch_assoc($result);
if ($record === false) {
    http_response_code(404);
    exit;
}
$parts = ['name' => [], 'count' => [], 'member' => [], 'incoming' => []];
foreach (explode("\x1e", $record['lists']) as $line) {
    $r = array_combine(['part', 'a', 'id', 'lang', 'title', 'roles', 'state', 'kind'], array_pad(explode("\x1f", $line), 8, ''));
    $parts[$r['part']][] = $r;
}
$x = simplexml_load_string($record['content'], 'SimpleXMLElement', LIBXML_NONET);
$names = array_column($parts['name'], null, 'id');
$counts = array_column($parts['count'], 'id', 'a');

$out = "<article>\n<h1>" . span($x->title) . ' <span class="cc-acronym">(' . span($x->acronym) . ")</span></h1>\n"
    . '<p><span class="badge cc-tone-good">' . code('lifecycle-state', $x->state) . "</span></p>\n";
if ((string) $x->illustrative === 'true') {
    $out .= "<div class=\"alert alert-warning\" role=\"status\">\n<p>This record is illustrative: it was made up to"
        . " show what the registry holds.</p>\n</div>\n";
}
$out .= "<div class=\"cc-lead\">\n" . prose($x->summary) . "</div>\n";
$list = '';
foreach ($x->sdg as $sdg) {
    $goal = h($sdg['goal']);
    $list .= "<li><span class=\"cc-sdg cc-sdg-$goal\"><span class=\"cc-sdg-number\">$goal</span> "
        . code('sdg-goal', $sdg['goal']) . '</span> <span class="cc-weight">' . h($sdg['weight']) . ' %</span>'
        . prose($sdg->statement) . "</li>\n";
}
$out .= section('sdg', 'Sustainable Development Goals', "<ul class=\"cc-sdg-list\">\n$list</ul>\n");
$list = '';
foreach ($x->goal as $goal) {
    $list .= '<li>' . span($goal->text) . "</li>\n";
}
$out .= section('aims', 'What it is for', prose($x->vision) . "<h3>Common goals</h3>\n<ol>\n$list</ol>\n");
$list = '';
foreach ($parts['member'] as $member) {
    $roles = '';
    foreach (explode(' ', $member['roles']) as $role) {
        $roles .= '<li>' . code('partner-role', $role) . "</li>\n";
    }
    $list .= "<tr>\n<td>" . link_to('organisations', $member['id'], $member['title'], $member['lang']) . "</td>\n<td>\n"
        . "<ul class=\"cc-inline\">\n$roles</ul>\n</td>\n<td><a href=\"/en/memberships/" . h($member['a'])
        . '"><span class="badge cc-tone-good">' . code('consent-state', $member['state']) . "</span></a></td>\n</tr>\n";
}
$out .= section('members', 'Members', '<p>' . h($counts['confirmed'] ?? 0) . " confirmed members.</p>\n"
    . "<div class=\"table-responsive\" role=\"region\" aria-label=\"Members\" tabindex=\"0\">\n"
    . "<table class=\"table table-sm\">\n<caption>Members</caption>\n<thead>\n<tr>\n<th scope=\"col\">Organisation</th>\n"
    . "<th scope=\"col\">Roles</th>\n<th scope=\"col\">Consent</th>\n</tr>\n</thead>\n<tbody>\n$list</tbody>\n"
    . "</table>\n</div>\n<p><a href=\"/en/partnerships/$id/members\">All members and invitations</a></p>\n");
$host = $names[(string) $x->host] ?? null;
$countries = $themes = '';
foreach ($x->country as $country) {
    $countries .= '<li>' . code('country', $country['code']) . ' (' . h($country['percentage']) . " %)</li>\n";
}
foreach ($x->theme as $theme) {
    $themes .= '<li>' . code('theme', $theme) . "</li>\n";
}
$facts = row('Kind', code('partnership-type', $x->kind)) . row('Legal form', code('legal-form', $x->{'legal-form'}))
    . ($host ? row('Host', link_to('organisations', $host['id'], $host['title'], $host['lang'])) : '');
foreach ($x->mandate as $mandate) {
    $facts .= row('Mandate', span($mandate->text)) . row('Reference of the mandate', h($mandate->reference))
        . row('Date of the mandate', '<time datetime="' . h($mandate['date']) . '">' . h($mandate['date']) . '</time>')
        . row('Text of the mandate', outside($mandate->url, h($mandate->url)));
}
$facts .= row('Seat', span($x->seat->city)) . row('Country of the seat', code('country', $x->seat['country']))
    . row('Scope', code('scope', $x->scope)) . row('Countries', "<ul class=\"cc-inline\">\n$countries</ul>")
    . row('Themes', "<ul class=\"cc-inline\">\n$themes</ul>")
    . row('Founded', '<time datetime="' . h($x->founded) . '">' . h($x->founded) . '</time>')
    . row('Start', '<time datetime="' . h($x->start) . '">' . h($x->start) . '</time>')
    . row('Website', outside($x->website, h($x->website)));
$out .= section('facts', 'Facts', "<dl class=\"cc-rows\">\n$facts</dl>\n");
$list = '';
foreach ($x->link as $link) {
    $other = $names[(string) $link['partnership']] ?? null;
    $list .= '<li>' . code('partnership-link', $link['kind']) . ': '
        . ($other ? link_to('partnerships', $other['id'], $other['title'], $other['lang']) : h($link['partnership'])) . "</li>\n";
}
$out .= section('linked', 'Linked partnerships', "<ul>\n$list</ul>\n");
$list = '';
foreach ($x->contact as $contact) {
    $list .= "<dl class=\"cc-rows\">\n" . row('Office', span($contact->office))
        . row('Mail', '<a class="cc-address" href="mailto:' . h($contact->mail) . '" dir="ltr">' . h($contact->mail) . '</a>')
        . row('Telephone', h($contact->phone)) . row('Address', prose($contact->address)) . "</dl>\n";
}
$out .= section('contacts', 'Contact', $list);
$list = '';
foreach ($x->document as $document) {
    $list .= '<li>' . outside($document->url, span($document->title)) . "\n<span class=\"cc-category\">"
        . code('document-category', $document['category']) . "</span>\n<time datetime=\"" . h($document['date']) . '">'
        . h($document['date']) . "</time>\n</li>\n";
}
$out .= section('documents', 'Documents', "<ul>\n$list</ul>\n");
$list = '';
foreach ($parts['incoming'] as $in) {
    $list .= '<li>' . link_to($in['kind'] . 's', $in['id'], $in['title'], $in['lang']) . ' <span class="cc-category">'
        . h(ucfirst($in['kind'])) . '</span> <span class="cc-category">' . h($in['roles']) . "</span></li>\n";
}
$out .= section('incoming', 'What refers to this record', "<ul>\n$list</ul>\n"
    . "<p><a href=\"/en/records/$id/links\">All records that refer to this one</a></p>\n");
$list = '';
foreach ($x->source as $source) {
    $list .= '<li dir="auto">' . h($source->citation) . "\n" . outside($source->url, h($source->url)) . "</li>\n";
}
$out .= section('sources', 'Sources', "<ul>\n$list</ul>\n");
$out .= section('about-record', 'About this record', "<dl class=\"cc-rows\">\n" . row('Identifier', "<code>$id</code>")
    . row('Revision', h($record['revision']) . ', published ' . h($record['stamp'])) . "</dl>\n<ul class=\"cc-inline\">\n"
    . "<li><a href=\"/partnerships/$id.xml\" type=\"application/xml\">XML with seal</a></li>\n"
    . "<li><a href=\"/en/records/$id/history\">History and differences</a></li>\n</ul>\n") . "</article>\n";
$page = str_replace('{id}', $id, $data['head']) . $out . $data['foot'];
$etag = '"' . hash('sha256', $page) . '"';
if (($_SERVER['HTTP_IF_NONE_MATCH'] ?? '') === $etag) {
    http_response_code(304);
    exit;
}
header('Content-Type: text/html; charset=utf-8');
header("ETag: $etag");
header('Cache-Control: public, max-age=1');
header('Content-Length: ' . strlen($page));
echo $page;
