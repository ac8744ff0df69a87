# Public items whose documentation begins with a pronoun: who hovers over a name does not see what stands
# before it.
FNR == 1 { first = "" }
/^[[:space:]]*\/\/\// {
    if (first == "") first = $0
    next
}
/^[[:space:]]*#\[/ { next }
/^[[:space:]]*pub / && first ~ /\/\/\/ (The same|That of|Those (of|that)|As there|Its )/ {
    print FILENAME ":" FNR ":" first
}
{ first = "" }
